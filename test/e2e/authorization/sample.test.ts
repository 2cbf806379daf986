import { afterAll, beforeAll } from 'vitest';
import { type Issuer, sharedIssuer } from './issuer.ts';
import { matrixOf } from './matrix-of.ts';
import { keyPrincipals, type Principal, variant } from './principals.ts';
import { tokenPrincipals } from './token-principals.ts';
import { startWorld, type World } from './world.ts';

const names = { issuer: 'darkroom-local', audience: 'darkroom-local' };
let world: World;
let issuer: Issuer;

beforeAll(async () => {
  // More than any answer takes: nobody of these asks for a job that stays open, so none holds a thread either.
  world = await startWorld({ synchronousSeconds: 60 }, 2);
  issuer = sharedIssuer(names, await world.secret('TokenSecretArn'));
});

afterAll(async () => {
  await world?.stop();
});

/** Who asks each route about one state. The whole matrix has all of them, and more, ask about everything. */
const once = [
  'nobody',
  'an unknown key',
  'a blocked key',
  'a deleted key',
  "the owner's key",
  'a key without the provider',
  "a token of the owner's key, by its id",
  'a token of another issuer',
  'a token that has expired',
  'an admin among other roles',
];

const all = [...keyPrincipals, ...tokenPrincipals(() => issuer)];
const named = (name: string) => {
  const found = all.find((principal) => principal.name === name);
  if (!found) throw new Error(`Nobody is called ${name}.`);
  return found;
};

/** Whose jobs are whose is asked in every state. What is submitted makes a job, and so is asked for once like the rest. */
const strangersKey = named("another owner's key");
const asksForJobs: Principal = { ...strangersKey, asks: ({ id }) => !/^(submit|run)-/.test(id) };

matrixOf([asksForJobs, ...[strangersKey, ...once.map(named)].map(variant)], () => world);
