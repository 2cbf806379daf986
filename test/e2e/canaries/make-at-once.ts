import { fileOf, formOf } from '../../support/sample-files.ts';
import { brokenDown } from '../../support/wire-faults.ts';
import { keyOf, sent } from './canaries.ts';
import { bearer, type Caller, json, openai, wantsRaw } from './canary-caller.ts';
import { canaryImage, canaryMask } from './canary-images.ts';
import type { WatchedDarkroom } from './watched-darkroom.ts';

/** By the synchronous routes, each kind of answer: a result and a stream, a replay, a failure, a refusal and a fault. */
export async function makeAtOnce(darkroom: WatchedDarkroom, { make }: Caller): Promise<void> {
  const { prompt, user } = sent;
  const stream = { stream: true, partial_images: 2 };
  const body = { model: openai, prompt: `${prompt} at once`, user, canary_field: sent.field };
  const key = { 'idempotency-key': sent.idempotencyKey.replace('canary-', 'canary-at-once-') };
  const made = [
    await make('generations', body, { ...wantsRaw, ...key }),
    await make('generations', body, key),
    await make('generations', { ...body, ...stream }, wantsRaw),
    await make('edits', await edit(['stream', 'true'], ['partial_images', '1'])),
    await make('edits', await edit()),
  ];
  const refused = made.filter(({ status }) => status !== 200);
  if (refused.length > 0) throw new Error(refused.map(({ bytes }) => bytes.toString()).join());
  await fail(darkroom, { make });
  await beRefused(darkroom, { make });
  await meetFaults(darkroom, { make });
}

const edit = async (...more: readonly (readonly [string, string])[]): Promise<FormData> =>
  formOf(
    ['model', openai],
    ['prompt', `${sent.prompt} in place, at once`],
    ['image', fileOf(await canaryImage(), 'a.png')],
    ['mask', fileOf(await canaryMask(), 'b.png')],
    ...more,
  );

type Making = Pick<Caller, 'make'>;

/** At the provider, in its own words, which may repeat what it was sent. */
async function fail({ simulator }: WatchedDarkroom, { make }: Making): Promise<void> {
  const { prompt } = sent;
  const said = `Incorrect API key provided: ${keyOf('openai')}. The prompt was: ${prompt}.`;
  for (const stream of [false, true]) {
    await make('generations', { model: openai, prompt: `${prompt} [fail:refuse]`, stream }, wantsRaw);
    await make('generations', { model: openai, prompt: `${prompt} [fail:truncated]`, stream }, wantsRaw);
    simulator.faults.add({ kind: 'status', status: 400, message: said, match: 'echo at once' });
    await make('generations', { model: openai, prompt: `${prompt} echo at once`, stream }, wantsRaw);
  }
}

async function beRefused({ ask }: WatchedDarkroom, { make }: Making): Promise<void> {
  const prompt = sent.refusedPrompt;
  const body = JSON.stringify({ model: openai, prompt });
  const path = '/v1/images/generations';
  for (const authorization of [sent.blockedKey, sent.unknownKey, sent.forgedToken].map((text) => `Bearer ${text}`)) {
    await ask(path, { method: 'POST', headers: { ...json, authorization }, body });
  }
  await ask(path, { method: 'POST', headers: { ...json, ...bearer }, body: body.slice(0, -1) });
  await make('generations', { model: openai, prompt, size: prompt });
  await make('generations', { model: openai, prompt, stream: prompt });
  await make('generations', { model: openai, prompt, stream: true, partial_images: prompt });
}

/** While a store is down at one step after another, as far as that is no reason to wait for it to come back. */
async function meetFaults({ befall }: WatchedDarkroom, { make }: Making): Promise<void> {
  for (const operation of ['GetItem', 'PutItem', 'UpdateItem']) {
    befall((request) => (request.operation === operation ? brokenDown : undefined));
    await make('generations', { model: openai, prompt: `${sent.prompt} under a fault, at once` });
    befall(() => undefined);
  }
}
