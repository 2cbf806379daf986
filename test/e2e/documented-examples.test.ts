import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileOf, photograph } from '../support/sample-files.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import { type Client, locationOf, postOf } from './client.ts';
import type { RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';

// Each answer is held against the document by the client.

interface Body {
  readonly examples: Readonly<Record<string, { readonly $ref: string }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Body>> };
}
const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly examples: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>;
  };
};

/** Every example of a body of the document, and one request for each operation without a body. */
const requests = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, operation]) => {
    const bodies = Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, { examples }]) =>
      Object.keys(examples).map((example) => ({ type, example })),
    );
    const sent = bodies.length > 0 ? bodies : [{ type: 'nothing', example: 'nothing' }];
    return sent.map((body) => ({ id: operation.operationId, method: method.toUpperCase(), path, operation, ...body }));
  }),
);

let darkroom: RunningDarkroom;
let admin: AdminClient;
beforeAll(async () => {
  darkroom = await sharedDarkroom();
  admin = await createAdminClient(darkroom.stack);
});

/** What stands at a path's parameter: what the document shows, but for ids, which are of what was made for the request. */
async function placed(path: string, { parameters }: Operation): Promise<string> {
  const shown = (name: string): string => String(parameters.find((each) => each.name === name)?.example);
  if (path.startsWith('/v1/images/content')) return linkOf(darkroom.client);
  const segment = /^\/v1\/async\/images\/(generations|edits|variations)\//.exec(path)?.[1];
  const jobId = segment && (await jobOf(segment as 'generations' | 'edits' | 'variations'));
  const key = path.includes('{key_id}')
    ? await admin.keys('POST', '', { name: `for ${crypto.randomUUID()}` })
    : undefined;
  const fileId = path.includes('{file_id}') ? await fileOfCaller(darkroom.client) : undefined;
  const cacheId = path.includes('{cache_id}') ? await answerOf(darkroom.client) : undefined;
  return path
    .replace('{job_id}', jobId ?? '')
    .replace('{file_id}', fileId ?? '')
    .replace('{key_id}', key?.id ?? '')
    .replace('{cache_id}', cacheId ?? '')
    .replaceAll(/\{(\w+)\}/g, (_, name) => shown(name));
}

async function jobOf(segment: 'generations' | 'edits' | 'variations'): Promise<string> {
  const example = { generations: 'generation', edits: 'edit', variations: 'variation' }[segment];
  const value = document.components.examples[example]?.value ?? {};
  const answer = await darkroom.client.submit(segment, value);
  return locationOf(answer).split('/').at(-1) ?? '';
}

/** The id of a known answer. */
async function answerOf(client: Client): Promise<string | undefined> {
  const example = document.components.examples.generation?.value ?? {};
  const { result } = await client.run('generations', example, { 'x-bf-cache-key': crypto.randomUUID() });
  return (result?.extra_fields.cache_debug as { cache_id?: string } | undefined)?.cache_id;
}

/** The id of an uploaded file. */
async function fileOfCaller(client: Client): Promise<string> {
  const answer = await client.ask('/v1/files', postOf(await formWith({ file: '' })));
  return (answer.json() as { readonly id: string }).id;
}

async function linkOf(client: Client): Promise<string> {
  const { result } = await client.run('generations', document.components.examples.generation?.value ?? {});
  return (result?.data[0]?.url ?? '').replace(darkroom.origin, '');
}

/** A form whose members are parts: what the document shows as the bytes of an image is a photograph. */
async function formWith(value: Readonly<Record<string, unknown>>): Promise<FormData> {
  const form = new FormData();
  for (const [name, member] of Object.entries(value)) {
    for (const each of Array.isArray(member) ? member : [member]) {
      const isFile = /^(image|mask|file$)/.test(name);
      if (isFile) form.append(name, fileOf(await photograph('coffee.png'), 'coffee.png'));
      else form.append(name, String(each));
    }
  }
  return form;
}

describe('the examples of the OpenAPI document', () => {
  it('are of every operation with a body', () => {
    expect(requests.filter(({ operation, example }) => operation.requestBody && example === 'nothing')).toEqual([]);
    expect(requests.length).toBeGreaterThan(30);
  });

  it.each(requests)('are taken: $example by $method $path', async ({ method, path, operation, type, example }) => {
    const value = document.components.examples[example]?.value ?? {};
    const body = type === 'multipart/form-data' ? await formWith(value) : value;
    const init = type === 'nothing' ? { method } : { ...postOf(body), method };
    const address = await placed(path, operation);
    const isAdmins = path.startsWith('/v1/admin');
    const answer = isAdmins
      ? await admin.ask(method, address, type === 'nothing' ? undefined : value)
      : await darkroom.client.ask(address, { ...init, redirect: 'manual' });
    expect(answer.status, answer.bytes.toString().slice(0, 500)).toBeLessThan(400);
  });
});
