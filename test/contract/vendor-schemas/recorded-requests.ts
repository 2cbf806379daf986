import type { JsonValue } from '../../../lambda/domain/generation.ts';
import { barest, catalog, outcomeOf, saying, values, type Work, works } from '../providers/every-request.ts';
import type { SentRequest } from '../providers/recording-providers.ts';

/** A request that an adapter makes for a model, ready to be compared with a schema. */
export interface RecordedRequest {
  /** Which work it is, and what was asked of it. */
  readonly title: string;
  /** Without the origin. */
  readonly path: string;
  /** Its fields as TypeScript, in which `file` stands for whatever is no text, and for what the extra field's value is. */
  readonly fields: string;
}

/** Every request that a provider's adapter makes for any of its models, in every way, with each value of each parameter and each extra field. */
export async function recordedRequests(provider: string): Promise<readonly RecordedRequest[]> {
  const found = new Map<string, RecordedRequest>();
  for (const work of works.filter(({ candidate }) => candidate.provider === provider)) {
    for (const request of await requestsOf(work)) {
      const same = `${request.path} ${request.fields}`;
      if (!found.has(same)) found.set(same, request);
    }
  }
  return [...found.values()];
}

async function requestsOf(work: Work & { readonly title: string }): Promise<readonly RecordedRequest[]> {
  const bare = await sentFor(work);
  const requests = [recorded(work.title, bare)];
  for (const [name, each] of Object.entries(values)) {
    for (const value of each)
      requests.push(recorded(`${work.title}, ${name} ${value}`, await sentFor(work, name, value)));
  }
  for (const name of catalog.specOf(work.candidate)?.extras ?? []) {
    requests.push(recorded(`${work.title}, extra ${name}`, withoutValues(await sentFor(work, name, '1'), bare)));
  }
  return requests.filter((request) => request !== undefined);
}

interface Sent {
  readonly path: string;
  readonly fields: unknown;
}

/** The last request, which is the one that may cost money; undefined where the field is refused. */
async function sentFor(work: Work, name?: string, value?: JsonValue): Promise<Sent | undefined> {
  const submission = name === undefined || value === undefined ? barest(work) : saying(work, name, value);
  const request = (await outcomeOf(work, submission)).sent.at(-1);
  return request && { path: new URL(request.url).pathname, fields: await fieldsOf(request) };
}

/** Stands for a file, or for a value that may be anything. */
const file = Symbol('file');

async function fieldsOf({ contentType, body }: SentRequest): Promise<unknown> {
  if (!contentType.startsWith('multipart/')) return JSON.parse(body.toString('utf8')) as unknown;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [part, value] of form) {
    const isList = part.endsWith('[]') || part === 'images';
    const read = typeof value === 'string' ? readText(value) : file;
    const name = part.replace('[]', '');
    fields[name] = isList ? [...((fields[name] as unknown[] | undefined) ?? []), read] : read;
  }
  return fields;
}

/** A form has no other types than text. */
const readText = (text: string): unknown =>
  text === 'true' || text === 'false' ? text === 'true' : /^\d+$/.test(text) ? Number(text) : text;

/** The same with the value of each field that `before` doesn't have as it is left open. */
function withoutValues(after: Sent | undefined, before: Sent | undefined): Sent | undefined {
  return after && { ...after, fields: opened(after.fields, before?.fields) };
}

function opened(after: unknown, before: unknown): unknown {
  if (JSON.stringify(after) === JSON.stringify(before)) return after;
  if (typeof after !== 'object' || after === null || Array.isArray(after)) return file;
  const known = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, opened(value, known[name])]));
}

const recorded = (title: string, sent: Sent | undefined): RecordedRequest | undefined =>
  sent && { title, path: sent.path, fields: written(sent.fields) };

function written(value: unknown): string {
  if (value === file) return 'file';
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, each]) => `${JSON.stringify(name)}: ${written(each)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' && value.length > 200 ? JSON.stringify(value.slice(0, 40)) : JSON.stringify(value);
}
