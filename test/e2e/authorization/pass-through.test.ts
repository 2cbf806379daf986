import { afterAll, beforeAll, describe } from 'vitest';
import type { Route } from '../../../lambda/contract/route.ts';
import { refusal } from './expected.ts';
import { matrixOf } from './matrix-of.ts';
import {
  bearer,
  type KeyName,
  type Keys,
  letIn,
  type Principal,
  providersKey,
  refused,
  variant,
} from './principals.ts';
import { startWorld, type World } from './world.ts';

const own = bearer(providersKey);
const beside = (name: KeyName) => (keys: Keys) => ({ ...own, 'x-bf-vk': keys[name].text });

const isSynchronous = ({ id }: Route): boolean => id.startsWith('run-');
const atSynchronousRoutes = (principal: Principal): Principal => ({ ...principal, asks: isSynchronous });
const elsewhere = (principal: Principal): Principal => ({ ...principal, asks: (route) => !isSynchronous(route) });

/** Whoever brings a provider's key may do what the virtual key beside it may, and no more. */
const withAVirtualKey: readonly Principal[] = [
  letIn("the owner's key beside a provider's", 'owner', beside('owner')),
  letIn("another owner's key beside a provider's", 'owner', beside('bystander'), { isStranger: true }),
  letIn("a key without the provider, beside that provider's", 'without-provider', beside('without-provider'), {
    submits: refusal(403, 'provider_blocked'),
    sees: refusal(404, 'not_found'),
  }),
  letIn("a key over its rate, beside a provider's", 'over-rate', beside('over-rate'), {
    submits: refusal(429, 'rate_limited'),
  }),
  letIn("the owner's key as the bearer", 'owner', ({ owner }) => bearer(owner.text)),
  refused("a blocked key beside a provider's", 'virtual_key_blocked', beside('blocked'), 'blocked'),
  refused("a deleted key beside a provider's", 'virtual_key_not_found', beside('deleted'), 'deleted'),
  atSynchronousRoutes(
    refused("the owner's key beside a bearer that can't be a key", 'invalid_request', ({ owner }) => ({
      ...bearer('dummy'),
      'x-bf-vk': owner.text,
    })),
  ),
];

const alone = refused("a provider's key alone", 'virtual_key_required', () => own);
/** It shares an owner with others, and none of their jobs: its idempotency keys are its own. */
const aloneAsOwner = letIn("a provider's key alone, under the key of the stage", 'owner', () => own, {
  isStranger: true,
});

const stages = [
  ['that asks for a virtual key', {}, [...withAVirtualKey, alone]],
  ['that names one', { passThroughOwner: 'matrix-owner' }, [atSynchronousRoutes(aloneAsOwner), elsewhere(alone)]],
  [
    'that names a blocked one',
    { passThroughOwner: 'matrix-blocked' },
    [atSynchronousRoutes(refused("a provider's key alone", 'virtual_key_blocked', () => own, 'blocked'))],
  ],
] as const satisfies readonly (readonly [string, object, readonly Principal[]])[];

describe.each(stages)("a stage that passes providers' keys through, %s", (_, settings, principals) => {
  let world: World;

  beforeAll(async () => {
    // More than the start of a thread takes, and little enough for whoever waits for a job that stays open.
    world = await startWorld({ synchronousSeconds: 20, passThrough: 'all', ...settings });
  });

  afterAll(async () => {
    await world?.stop();
  });

  matrixOf(principals.map(variant), () => world);
});
