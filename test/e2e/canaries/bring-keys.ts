import { setTimeout as delay } from 'node:timers/promises';
import { modelListSchema } from '../../../lambda/contract/model-list.ts';
import { fileOf, formOf } from '../../support/sample-files.ts';
import { waitFor } from '../../support/wait-for.ts';
import { brokenDown } from '../../support/wire-faults.ts';
import { type Answer, locationOf, postOf } from '../client.ts';
import { sent } from './canaries.ts';
import { bearer, openai, wantsRaw } from './canary-caller.ts';
import { canaryImage } from './canary-images.ts';
import { ownKeys, passedTo } from './own-keys.ts';
import type { WatchedDarkroom } from './watched-darkroom.ts';

/** Stands in the prompt of the request whose function is killed. */
export const killMarker = 'killed in the midst of it';
const ticketed = 'bfl/flux-2-klein-9b';

type Make = (model: string, body?: object, headers?: Record<string, string>) => Promise<Answer>;

/** Has everything happen to keys that callers bring: each kind of end, refusal and fault. */
export async function bringKeys(darkroom: WatchedDarkroom): Promise<Readonly<Record<string, Answer>>> {
  const { ask } = darkroom;
  const make: Make = (model, body = {}, headers = {}) => {
    const own = { authorization: `Bearer ${ownKeys.of[model.split('/')[0] ?? '']}`, 'x-bf-vk': sent.key };
    const prompt = `${sent.prompt} with an own key`;
    return ask('/v1/images/generations', postOf({ model, prompt, ...body }, { ...own, ...headers }));
  };
  await succeed(darkroom, make);
  await fail(darkroom, make);
  await beRefused(darkroom);
  return {
    killed: await beKilled(make),
    limited: await make(ticketed, { prompt: `${sent.prompt} with an own key [slow:20]` }),
    cancelled: await beCancelled(darkroom, make),
    fallen: await make(openai, { fallbacks: ['xai/grok-imagine-image'] }),
    refusedKey: await beRefusedAtTheProvider(darkroom, make),
    faulty: await meetFault(darkroom, make),
  };
}

async function succeed({ ask }: WatchedDarkroom, make: Make): Promise<void> {
  const { data } = modelListSchema.parse((await ask('/v1/models', { headers: bearer })).json());
  const replay = { 'idempotency-key': 'own-key-again' };
  const made = [
    await make(openai, {}, { ...wantsRaw, ...replay }),
    await make(openai, {}, { ...wantsRaw, ...replay, authorization: `Bearer ${ownKeys.replay}` }),
    await make(openai, { stream: true, partial_images: 1 }, wantsRaw),
    await ask(
      '/v1/images/edits',
      postOf(formOf(['model', openai], ['prompt', sent.prompt], ['image', fileOf(await canaryImage(), 'a.png')]), {
        authorization: `Bearer ${ownKeys.of.openai}`,
        'x-bf-vk': sent.key,
        ...wantsRaw,
      }),
    ),
  ];
  for (const name of passedTo) {
    const model = data.find(
      ({ owned_by, capabilities }) => owned_by === name && capabilities.operations.generation === 'native',
    );
    made.push(await make(model?.id ?? name, {}, wantsRaw));
  }
  const refused = made.filter(({ status }) => status !== 200);
  if (refused.length > 0) throw new Error(refused.map(({ bytes }) => bytes.toString()).join());
  const id = made.at(-1)?.headers.get('x-darkroom-job-id');
  await ask(`/v1/async/images/generations/${id}`, { method: 'DELETE', headers: bearer });
}

/** At the provider, in its own words, which repeat what it was sent. */
async function fail({ simulator }: WatchedDarkroom, make: Make): Promise<void> {
  for (const name of ['openai', 'xai', 'bfl'] as const) {
    const key = ownKeys.of[name] ?? '';
    const said = `The key ${key} is no good (${Buffer.from(key).toString('base64')}).`;
    const model = { openai, xai: 'xai/grok-imagine-image', bfl: ticketed }[name];
    for (const status of [400, 429, 500]) {
      const prompt = `${sent.prompt} own ${name} ${status}`;
      simulator.faults.add({ kind: 'status', status, message: said, match: `own ${name} ${status}` });
      await make(model, { prompt }, wantsRaw);
    }
  }
  await make(openai, { prompt: `${sent.prompt} [fail:refuse]`, stream: true }, wantsRaw);
  await make(openai, { prompt: `${sent.prompt} [fail:truncated]` }, wantsRaw);
}

async function beRefusedAtTheProvider({ simulator }: WatchedDarkroom, make: Make): Promise<Answer> {
  const message = `Incorrect API key provided: ${ownKeys.of.openai}.`;
  simulator.faults.add({ kind: 'status', status: 401, message, match: 'own 401' });
  return make(openai, { prompt: `${sent.prompt} own 401` });
}

/** By routes and models that take no key of a caller's, beside a virtual key and alone. */
async function beRefused({ ask }: WatchedDarkroom): Promise<void> {
  const misplaced = { authorization: `Bearer ${ownKeys.misplaced}` };
  const body = { model: openai, prompt: sent.refusedPrompt };
  for (const path of ['/v1/images/generations', '/v1/async/images/generations']) {
    await ask(path, postOf(body, misplaced));
    await ask(
      path,
      postOf({ ...body, model: 'vertex/gemini-3-pro-image' }, { ...misplaced, 'x-bf-vk': sent.unknownKey }),
    );
  }
  await ask(
    '/v1/images/generations',
    postOf({ ...body, model: 'bedrock/nobody' }, { ...misplaced, 'x-bf-vk': sent.key }),
  );
  await ask('/v1/images/generations', postOf({ ...body, size: 'huge' }, { ...misplaced, 'x-bf-vk': sent.key }));
  await ask('/v1/models', { headers: misplaced });
}

/** Its client, which was cut off, asks for it again until it has ended. */
async function beKilled(make: Make): Promise<Answer> {
  const again = () =>
    make(
      'xai/grok-imagine-image',
      { prompt: `${sent.prompt} ${killMarker} [slow:3]` },
      { 'idempotency-key': 'own-key-killed' },
    );
  await again();
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await delay(500)) {
    const answer = await again();
    if (answer.headers.get('idempotency-replayed') === 'true' && !answer.headers.has('location')) return answer;
  }
  throw new Error('The job of the function that was killed did not end.');
}

/** By its owner, while its provider works on it: the function that has the key calls the task off. */
async function beCancelled({ ask, simulator }: WatchedDarkroom, make: Make): Promise<Answer> {
  const prompt = `${sent.prompt} until it is cancelled, with an own key [slow:20]`;
  const key = { 'idempotency-key': 'own-key-cancelled' };
  const answer = make(ticketed, { prompt }, key);
  await waitFor(() => {
    if (simulator.ledger.requests({ prompt }).length === 0) throw new Error('The provider has not been asked.');
  });
  // The same request by the asynchronous route tells which job it is.
  const known = await ask('/v1/async/images/generations', postOf({ model: ticketed, prompt }, { ...bearer, ...key }));
  await ask(`${new URL(locationOf(known)).pathname}/cancel`, { method: 'POST', headers: bearer });
  return answer;
}

/** While a store is down, so that its function can't go on and a worker closes it. */
async function meetFault({ befall }: WatchedDarkroom, make: Make): Promise<Answer> {
  befall(({ operation, body }) => (operation === 'UpdateItem' && body.includes('jobs-table') ? brokenDown : undefined));
  const answer = await make(openai, { prompt: `${sent.prompt} under a fault, with an own key` });
  befall(() => undefined);
  return answer;
}
