import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { GatewayContext } from './gateway-context.ts';
import { setGatewayHeaders } from './gateway-responses.ts';

// An invalid header makes the answer malformed, instead of a response that breaks half-way.
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
const headerValue = z.union([z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/), z.number(), z.boolean()]);

const headSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(headerName, headerValue).nullish(),
  multiValueHeaders: z.record(headerName, z.array(headerValue)).nullish(),
});

const answerSchema = headSchema.extend({
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Status and headers of a function's answer. */
export type AnswerHead = z.infer<typeof headSchema>;

/** A buffered answer of a function, in the format of a Lambda proxy integration. */
export type ProxyAnswer = z.infer<typeof answerSchema>;

/** Reads what a function answered. Undefined where it isn't a proxy answer, which API Gateway turns into a 502. */
export function parseProxyAnswer(payload: string): ProxyAnswer | undefined {
  return answerSchema.safeParse(JSON.parse(payload)).data;
}

/** Reads the metadata in front of a streamed answer. Undefined where it isn't what API Gateway expects. */
export function parseStreamHead(text: string): AnswerHead | undefined {
  try {
    return headSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Headers that API Gateway keeps to itself: a function's own value comes out under another name. */
const remappedHeaders = new Set(['connection', 'content-length', 'date', 'server', 'via', 'www-authenticate']);

/** Headers of the connection, which are the server's business alone. */
const droppedHeaders = new Set(['keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Puts status and headers of a function's answer on a response. */
export function writeAnswerHead(response: ServerResponse, head: AnswerHead, context: GatewayContext): void {
  response.statusCode = head.statusCode;
  response.setHeader('Content-Type', 'application/json');
  setGatewayHeaders(response, context);
  response.setHeader('X-Amzn-Trace-Id', context.traceId);
  for (const [name, values] of mergeHeaders(head)) {
    const lowercase = name.toLowerCase();
    if (droppedHeaders.has(lowercase)) continue;
    response.setHeader(remappedHeaders.has(lowercase) ? `x-amzn-Remapped-${name}` : name, values);
  }
}

function mergeHeaders(head: AnswerHead): Map<string, string[]> {
  const merged = new Map<string, string[]>();
  for (const [name, values] of Object.entries(head.multiValueHeaders ?? {})) merged.set(name, values.map(String));
  // A header that is in both maps is sent once where the values agree, and as a further value where they don't.
  for (const [name, value] of Object.entries(head.headers ?? {})) {
    const known = merged.get(name) ?? [];
    merged.set(name, known.includes(String(value)) ? known : [...known, String(value)]);
  }
  return merged;
}
