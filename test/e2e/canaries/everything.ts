import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { localClientSettings } from '../../../bin/local-clients.ts';
import { modelListSchema } from '../../../lambda/contract/model-list.ts';
import { fileOf, formOf } from '../../support/sample-files.ts';
import { waitFor } from '../../support/wait-for.ts';
import { brokenDown } from '../../support/wire-faults.ts';
import { keyWithItems } from '../authorization/stored-keys.ts';
import { openTables, tableNamesOf } from '../authorization/stored-rows.ts';
import { keyOf, made, sent } from './canaries.ts';
import { bearer, type Caller, callerOf, json, openai, wantsRaw } from './canary-caller.ts';
import { canaryImage, canaryMask } from './canary-images.ts';
import { makeAtOnce } from './make-at-once.ts';
import { manageKeys } from './manage-keys.ts';
import type { WatchedDarkroom } from './watched-darkroom.ts';

/** Has everything happen to canaries that can happen to a request: each kind of end, refusal and fault. */
export async function liveThroughEverything(darkroom: WatchedDarkroom): Promise<void> {
  await storeKeys(darkroom);
  made.privateKey = privateKeyIn(darkroom.simulator.credentials().vertex);
  const caller = callerOf(darkroom);
  const models = await succeed(darkroom, caller);
  await makeAtOnce(darkroom, caller);
  await manageKeys(darkroom);
  await beRefused(darkroom, caller);
  await beEnded(darkroom, caller);
  await fail(darkroom, caller, models);
  await meetFaults(darkroom, caller);
}

/** A line of the private key in a service account's file. */
function privateKeyIn(file = ''): string {
  const { private_key: pem } = JSON.parse(file) as { readonly private_key: string };
  return pem.split('\n')[5] ?? '';
}

/** Puts the virtual keys of the canaries into the table. */
export async function storeKeys({ stack }: WatchedDarkroom): Promise<void> {
  const dynamo = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const tables = openTables(dynamo, tableNamesOf(stack));
  const made = [
    keyWithItems('canary', { text: sent.key }),
    keyWithItems('blocked canary', { text: sent.blockedKey, active: false }),
  ];
  await tables.put(made.flatMap(({ items }) => items.map((item) => ({ table: 'keys', item }))));
  dynamo.destroy();
}

/**
 * By every provider, with raw sides, images, parameters too large for the item, and again by the same idempotency key. Gives a
 * model of each.
 */
async function succeed({ ask, simulator }: WatchedDarkroom, { run, submit }: Caller): Promise<readonly string[]> {
  simulator.faults.clear();
  const { prompt, user } = sent;
  const { data } = modelListSchema.parse((await ask('/v1/models', { headers: bearer })).json());
  const firsts = new Map<string, string>();
  for (const { id, owned_by, capabilities } of data) {
    if (capabilities.operations.generation === 'native' && !firsts.has(owned_by)) firsts.set(owned_by, id);
  }
  for (const model of firsts.values()) {
    await run('generations', { model, prompt: `${prompt} by ${model}`, user, canary_field: sent.field }, wantsRaw);
  }
  const form = (extra: string) =>
    formOf(
      ['model', openai],
      ['prompt', `${prompt} ${extra}`],
      ['type', 'inpainting'],
      ['image', image],
      ['mask', mask],
    );
  const [image, mask] = [fileOf(await canaryImage(), 'a.png'), fileOf(await canaryMask(), 'b.png')];
  await run('edits', form('in place'), { 'idempotency-key': sent.idempotencyKey });
  await submit('edits', form('in place'), { 'idempotency-key': sent.idempotencyKey });
  await submit('edits', form('otherwise'), { 'idempotency-key': sent.idempotencyKey });
  await run('edits', form('very '.repeat(4000)));
  return [...firsts.values()];
}

/** By what is wrong with the credential, the path or the body. */
async function beRefused({ ask }: WatchedDarkroom, { submit }: Caller): Promise<void> {
  const prompt = sent.refusedPrompt;
  const body = JSON.stringify({ model: openai, prompt });
  const path = '/v1/async/images/generations';
  const send = (headers: Record<string, string>, text = body, query = '') =>
    ask(path + query, { method: 'POST', headers: { ...json, ...headers }, body: text });
  await send({ authorization: `Bearer ${sent.blockedKey}` });
  await send({ authorization: `Bearer ${sent.unknownKey}` });
  await send({ 'x-bf-vk': sent.unknownKey });
  await send({ authorization: `Bearer ${sent.forgedToken}` });
  await send({ authorization: `Basic ${Buffer.from(`canary:${sent.password}`).toString('base64')}` });
  await send({}, body, `?key=${sent.unknownKey}&access_token=${sent.forgedToken}`);
  await send(bearer, body.slice(0, -1));
  await send(bearer, `${body}${body}`);
  await send(bearer, body.replace('openai', 'nobody'));
  await send({ ...bearer, 'content-type': 'multipart/form-data; boundary=x' }, `--x\r\n${prompt}`);
  await send({ ...bearer, 'content-type': 'text/plain; charset=utf-16' });
  await submit('generations', { model: openai, prompt, size: prompt });
  await submit('generations', { model: openai, prompt, n: prompt });
  await submit('generations', { model: openai, prompt: prompt.repeat(2000) });
  await submit('generations', { model: openai, prompt }, { 'idempotency-key': `${sent.idempotencyKey} `.repeat(20) });
  await submit('edits', {
    model: openai,
    prompt,
    image: `data:image/png;base64,${Buffer.from(prompt).toString('base64')}`,
  });
}

/** By its owner: cancelled while a provider has it, and deleted. */
async function beEnded({ simulator }: WatchedDarkroom, { submit, run, look }: Caller): Promise<void> {
  const prompt = `${sent.prompt} until it is cancelled [slow:60]`;
  const cancelled = await submit('generations', { model: openai, prompt });
  await waitFor(() => expect(simulator.ledger.requests({ prompt })).toHaveLength(1));
  await look(cancelled, { method: 'POST' }, '/cancel');
  const doomed = await submit('generations', { model: openai, prompt: sent.deletedPrompt }, wantsRaw);
  await look(doomed, { method: 'DELETE' });
  const done = await run('generations', { model: openai, prompt: sent.deletedPrompt }, wantsRaw);
  const { id } = done.job();
  await look(
    { ...done, headers: new Headers({ location: `http://x/v1/async/images/generations/${id}` }) },
    { method: 'DELETE' },
  );
}

/** At the provider, in its own words, which may repeat what it was sent. */
async function fail({ simulator }: WatchedDarkroom, { run }: Caller, models: readonly string[]): Promise<void> {
  const { prompt } = sent;
  const said = `Incorrect API key provided: ${keyOf('openai')}. The prompt was: ${prompt}.`;
  for (const model of models) await run('generations', { model, prompt: `${prompt} [fail:refuse]` }, wantsRaw);
  await run('generations', { model: openai, prompt: `${prompt} [fail:html]` }, wantsRaw);
  await run('generations', { model: openai, prompt: `${prompt} [fail:truncated]` }, wantsRaw);
  simulator.faults.add({ kind: 'status', status: 400, message: said, match: 'echo' });
  await run('generations', { model: openai, prompt: `${prompt} echo` }, wantsRaw);
  for (const status of [401, 402, 403]) {
    simulator.faults.add({ kind: 'status', status, message: said, match: `echo ${status}` });
    await run('generations', { model: 'xai/grok-imagine-image', prompt: `${prompt} echo ${status}` }, wantsRaw);
  }
}

/** While a store is down at one step after another of a submission, and of the job that was accepted before. */
async function meetFaults({ befall, logLines }: WatchedDarkroom, { submit }: Caller): Promise<void> {
  const body = { model: openai, prompt: `${sent.prompt} under a fault` };
  const photo = fileOf(await canaryImage(), 'a.png');
  for (const operation of ['GetItem', 'PutItem', 'SendMessage', 'PUT', 'UpdateItem']) {
    await submit('generations', { ...body, prompt: `${body.prompt} [slow:1]` });
    befall((request) => (request.operation === operation ? brokenDown : undefined));
    await submit('generations', body, { 'idempotency-key': `${sent.idempotencyKey}-${operation}` });
    await submit('edits', formOf(['model', openai], ['prompt', body.prompt], ['image', photo]));
    befall(() => undefined);
  }
  befall((request) => (request.operation === 'UpdateItem' ? brokenDown : undefined));
  await submit('generations', body);
  await waitFor(() => expect(logLines.join()).toContain('worker_fault'));
  befall(() => undefined);
}
