/**
 * Cross-origin requests to a bucket. Sources: docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html (which
 * rule applies) and docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html (errors).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Refusal } from './s3-refusal.ts';

/** A rule of a bucket. Origins and headers may have one asterisk each, which stands for any characters. */
export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** Seconds for which a browser may keep the answer to a preflight. */
  readonly maxAge: number | undefined;
}

/** What of a request a rule is matched against. */
interface CrossOriginRequest {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
}

/** Answers a preflight request by the first rule that matches it. Throws a refusal where none does. */
export function answerPreflight(
  rules: readonly CorsRule[],
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const { origin } = headers;
  const method = headers['access-control-request-method'];
  if (origin === undefined) throw badPreflight('Insufficient information. Origin request header needed.');
  if (method === undefined) throw badPreflight('Invalid Access-Control-Request-Method: null');
  if (rules.length === 0) throw forbidden('CORSResponse: CORS is not enabled for this bucket.');
  const asked = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const request = { origin, method, headers: asked.filter((name) => name !== '') };
  const rule = rules.find((each) => matches(each, request));
  if (rule === undefined) throw forbidden('CORSResponse: This CORS request is not allowed.');
  if (request.headers.length > 0) response.setHeader('access-control-allow-headers', request.headers.join(', '));
  setHeaders(response, rule, origin);
  response.writeHead(200).end();
}

/** Lets the scripts of an allowed origin read the answer to a request; without a matching rule they can't. */
export function allowReading(rules: readonly CorsRule[], request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const rule = rules.find((each) => matches(each, { origin, method: request.method ?? '', headers: [] }));
  if (rule !== undefined) setHeaders(response, rule, origin);
}

const matches = (rule: CorsRule, { origin, method, headers }: CrossOriginRequest): boolean =>
  rule.allowedOrigins.some((pattern) => fits(pattern, origin)) &&
  rule.allowedMethods.includes(method) &&
  headers.every((name) => rule.allowedHeaders.some((pattern) => fits(pattern.toLowerCase(), name)));

function fits(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*', 2);
  if (end === undefined) return text === start;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

function setHeaders(response: ServerResponse, rule: CorsRule, origin: string): void {
  const isForAll = rule.allowedOrigins.includes('*');
  response.setHeader('access-control-allow-origin', isForAll ? '*' : origin);
  if (!isForAll) response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', rule.allowedMethods.join(', '));
  if (rule.exposedHeaders.length > 0)
    response.setHeader('access-control-expose-headers', rule.exposedHeaders.join(', '));
  if (rule.maxAge !== undefined) response.setHeader('access-control-max-age', String(rule.maxAge));
  response.setHeader('vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

const forbidden = (message: string): S3Refusal => new S3Refusal(403, 'AccessForbidden', message);
const badPreflight = (message: string): S3Refusal => new S3Refusal(400, 'BadRequest', message);
