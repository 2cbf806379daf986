import type { ClientRequestArgs } from 'node:http';

/** A request as far as its step can be told from it. */
export interface Outgoing {
  readonly method: string;
  readonly host: string;
  /** With the query. */
  readonly path: string;
  readonly target: string | undefined;
  readonly invocation: string | undefined;
}

/** Reads the arguments of `http.request`, which come in several forms. */
export function outgoingOf(values: readonly unknown[]): Outgoing {
  const [first] = values;
  const url = first instanceof URL || typeof first === 'string' ? new URL(first) : undefined;
  const options = values.find(isOptions) ?? {};
  const headers = (options.headers ?? {}) as Readonly<Record<string, unknown>>;
  const header = (name: string): string | undefined => {
    const value = headers[name] ?? headers[name.toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    method: options.method ?? 'GET',
    host: url?.host ?? `${options.hostname ?? options.host}:${options.port}`,
    path: url ? url.pathname + url.search : (options.path ?? '/'),
    target: header('X-Amz-Target'),
    invocation: header('amz-sdk-invocation-id'),
  };
}

const isOptions = (value: unknown): value is ClientRequestArgs =>
  typeof value === 'object' && value !== null && !(value instanceof URL);

/** The services that a function asks, by host and port. */
export type Services = ReadonlyMap<string, 'S3' | 'AWS'>;

/**
 * What a request is for, such as `SQS SendMessage`. Of an update of a job it says which transition it makes, once its
 * body is known: the write token that each transition has of its own gives it away.
 */
export function stepName(outgoing: Outgoing, services: Services, body?: string): string {
  const service = services.get(outgoing.host);
  if (service === undefined) return `Provider ${providerStep(outgoing)}`;
  if (outgoing.target === undefined) return `S3 ${objectStep(outgoing)}`;
  const [api = '', operation = ''] = outgoing.target.split('.');
  const store = api.startsWith('DynamoDB')
    ? 'DynamoDB'
    : api.replace('Amazon', '').replace('secretsmanager', 'Secrets');
  const [, transition] = operation === 'UpdateItem' ? (/"#token_(\w+)"/.exec(body ?? '') ?? []) : [];
  return [store, operation, transition].filter(Boolean).join(' ');
}

function providerStep({ method, path }: Outgoing): string {
  if (path.startsWith('/_results/')) return 'fetch';
  if (method === 'POST') return 'request';
  return method === 'GET' ? 'poll' : 'cancel';
}

function objectStep({ method, path }: Outgoing): string {
  const { pathname, searchParams } = new URL(path, 'http://s3');
  if (searchParams.has('delete')) return 'DeleteObjects';
  const name = pathname.endsWith('.json') ? pathname.slice(pathname.lastIndexOf('/') + 1) : pathname.split('/')[2];
  return `${method} ${name}`;
}

/** The key of the object that a request to the bucket is about, or the first of several. */
export function objectOf({ path, target }: Outgoing, body: string): { readonly object?: string } {
  if (target !== undefined) return {};
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const [, object] = searchParams.has('delete')
    ? (/<Key>([^<]+)/.exec(body) ?? [])
    : [undefined, pathname.replace(/^\/[^/]+\//, '')];
  return object === undefined ? {} : { object };
}

/** The job that a request to a store is about, and the hop of a message, as its body says. */
export function subjectOf(body: string): { readonly jobId?: string; readonly hop?: number } {
  const [, jobId] = /"(?:id":\{"S|jobId\\)":\\?"([0-9a-f-]{36})/.exec(body) ?? [];
  const [, hop] = /\\"hop\\":(\d+)/.exec(body) ?? [];
  return { ...(jobId === undefined ? {} : { jobId }), ...(hop === undefined ? {} : { hop: Number(hop) }) };
}
