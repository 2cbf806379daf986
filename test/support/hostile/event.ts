import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Operation, operations } from '../../../lambda/domain/generation.ts';
import { knownKey } from '../known-callers.ts';
import { sampleEvent } from '../sample-events.ts';
import { formBody } from './form-body.ts';
import type { HostileBody, Sent } from './hostile-body.ts';
import { jsonBody } from './json-body.ts';
import { largeBody } from './large-body.ts';
import { createRandom, type Random } from './random.ts';

/** An event as API Gateway would hand it over, and what must be stored if it is accepted. */
export interface HostileCase {
  readonly event: APIGatewayProxyEvent;
  readonly sent: Sent | undefined;
}

const segments = { generation: 'generations', edit: 'edits', variation: 'variations' } as const satisfies Record<
  Operation,
  string
>;

/** One case in so many has a body as large as may be. */
const largeOnceIn = 1_000;

/** The same case for the same seed and number, whichever came before it. */
export function hostileCase(seed: number, index: number): HostileCase {
  const random = createRandom(seed, index);
  const operation = random.pick(operations);
  const isLarge = random.onceIn(largeOnceIn);
  const isForm = random.onceIn(operation === 'generation' ? 12 : 2);
  const meant = isLarge ? largeBody(random) : isForm ? formBody(random, operation) : jsonBody(random, operation);
  const body = isLarge || !random.onceIn(4) ? meant : damaged(random, meant);
  const segment = segments[isLarge ? 'edit' : operation];
  const path = `/v1/async/images/${segment}`;
  const event = sampleEvent({
    method: 'POST',
    resource: path,
    calledPath: `/prod${path}`,
    ...carried(random, body.bytes),
  });
  const isDecodable = event.isBase64Encoded || body.bytes.equals(Buffer.from(event.body ?? ''));
  const odd = withOddShape(random, event, headersOf(random, body.contentType));
  return { event: odd.event, sent: isDecodable && odd.isWhole ? body.sent : undefined };
}

/** JSON comes as text; what isn't text to the gateway comes in base64. */
function carried(random: Random, bytes: Buffer): { body: Buffer | string } {
  const text = bytes.toString('utf8');
  return { body: random.onceIn(2) && Buffer.from(text).equals(bytes) ? text : bytes };
}

/** Bits turned over, bytes lost, doubled or put in another's place. */
function damaged(random: Random, body: HostileBody): HostileBody {
  const { bytes, contentType } = body;
  const at = random.below(bytes.length);
  const length = random.below(Math.max(1, bytes.length - at));
  const changed = random.make<Buffer>([
    () => bytes.subarray(0, at),
    () => bytes.subarray(at),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
    () => Buffer.concat([bytes, bytes.subarray(at, at + length)]),
    () => Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]),
    () => Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(8)), bytes.subarray(at)]),
    () => flipped(random, bytes),
    () => flipped(random, bytes),
    () => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  ]);
  return { bytes: changed, contentType, sent: undefined };
}

function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = 1 + random.below(4); flips > 0; flips -= 1) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

const oddTypes = [
  '',
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/mixed; boundary=b',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'APPLICATION/JSON',
  'multipart/form-data; boundary="b',
  `multipart/form-data; boundary=${'b'.repeat(201)}`,
  'multipart/form-data; boundary=b; boundary=c',
  '; boundary=b',
  '\0',
];
const oddHeaders: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    'x-bf-async-job-result-ttl',
    [
      '0',
      '1',
      '60',
      '3600',
      '86400',
      '2592000',
      '2592000',
      '2592001',
      '-1',
      '1e3',
      ' 60 ',
      '',
      '٣',
      '9'.repeat(300),
      '60, 60',
    ],
  ],
  [
    'Idempotency-Key',
    ['k', 'a-key', 'k'.repeat(255), '0', '!', 'k'.repeat(256), '', ' ', 'a b', 'clé', '\0', '"quoted"', '__proto__'],
  ],
  [
    'Prefer',
    [
      'wait=1',
      'wait=25',
      'wait=99999999999',
      'wait="5"',
      'wait',
      ',,,',
      '"',
      '"\\',
      `${'"a", '.repeat(300)}wait=3`,
      '"\\\n'.repeat(300),
      'respond-async; wait=5',
    ],
  ],
  ['X-Request-Id', ['r-1', '', 'a\r\nset-cookie: b', 'x'.repeat(129), '\u2028', '<script>']],
  ['Content-Encoding', ['gzip', 'br', 'identity', 'chunked']],
  ['Content-Length', ['0', '-1', '99999999']],
  ['Host', ['evil.example/path', 'a.example', '[::1]:80', '']],
  ['X-Forwarded-Proto', ['javascript', 'http', 'https, http', '']],
  ['x-bf-send-back-raw-request', ['true', 'TRUE', '1', '']],
  ['__proto__', ['x']],
];

function headersOf(random: Random, contentType: string): Record<string, string> {
  const headers: Record<string, string> = {
    'x-bf-vk': random.onceIn(100) ? random.pick(['', 'sk-bf-wrong', '\0']) : knownKey,
  };
  if (!random.onceIn(50)) headers['Content-Type'] = random.onceIn(30) ? random.pick(oddTypes) : contentType;
  for (let count = random.below(3); count > 0; count -= 1) {
    if (random.onceIn(2)) continue;
    const [name, values] = random.pick(oddHeaders);
    Object.defineProperty(headers, name, {
      value: random.pick(values),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return headers;
}

/** The ways in which API Gateway's event may differ from the usual; not all of them leave the request whole. */
function withOddShape(
  random: Random,
  event: APIGatewayProxyEvent,
  headers: Record<string, string>,
): { event: APIGatewayProxyEvent; isWhole: boolean } {
  const many = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const usual = { ...event, headers, multiValueHeaders: many };
  if (!random.onceIn(12)) return { event: usual, isWhole: true };
  return random.make<{ event: APIGatewayProxyEvent; isWhole: boolean }>([
    () => ({ event: { ...event, headers: null as never, multiValueHeaders: many }, isWhole: true }),
    () => ({ event: { ...event, headers, multiValueHeaders: null as never }, isWhole: true }),
    () => ({ event: { ...event, headers: null as never, multiValueHeaders: null as never }, isWhole: false }),
    () => ({
      event: { ...usual, multiValueHeaders: { ...many, Prefer: [], 'content-type': undefined } },
      isWhole: true,
    }),
    () => ({
      event: { ...usual, multiValueHeaders: { ...many, 'X-BF-VK': [knownKey, 'sk-bf-wrong'] } },
      isWhole: true,
    }),
    () => ({ event: { ...usual, body: null }, isWhole: false }),
    () => ({ event: { ...usual, body: '' }, isWhole: false }),
    () => ({ event: { ...usual, isBase64Encoded: !event.isBase64Encoded }, isWhole: false }),
    () => ({ event: { ...usual, isBase64Encoded: true, body: `${event.body?.slice(0, 400)}!*\0=` }, isWhole: false }),
    () => ({ event: { ...usual, body: event.body?.slice(0, -1) ?? null }, isWhole: false }),
    () => ({
      event: { ...usual, requestContext: { ...event.requestContext, domainName: undefined, path: undefined as never } },
      isWhole: true,
    }),
  ]);
}
