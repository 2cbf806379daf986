import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { signedRequest } from '../../../../lambda/adapters/outgoing/signed-request.ts';
import type { UnsignedRequest } from '../../../../lambda/domain/ports.ts';
import type { OutgoingRequest, SendRequest } from '../../../../lambda/domain/send-request.ts';
import { sha256 } from '../../../contract/providers/memory-call.ts';
import { inChunks } from '../../../support/image-bytes.ts';

const bytes = Buffer.from('{"image":"…"}');

/** A sender that keeps what it is given, and reads the body as it goes out. */
function keepingSender() {
  const sent: { readonly request: OutgoingRequest; readonly body: Buffer }[] = [];
  const send: SendRequest = async (request) => {
    const { body } = request;
    const read = body === undefined || body instanceof Uint8Array ? Buffer.from(body ?? '') : buffer(body.chunks());
    sent.push({ request, body: await read });
    return { status: 200, headers: {}, body: inChunks(new Uint8Array()) };
  };
  return { sent, send };
}

const request = (body?: OutgoingRequest['body']): OutgoingRequest => ({
  method: 'POST',
  url: 'https://bedrock.example/model/a%3A0/invoke',
  headers: { accept: 'application/json' },
  ...(body === undefined ? {} : { body }),
  signal: AbortSignal.timeout(60_000),
  maxAnswerBytes: 100,
});

describe('signedRequest', () => {
  it.each([
    ['a streamed body', { length: bytes.length, chunks: () => inChunks(bytes, 4) }, bytes],
    ['a body in memory', bytes, bytes],
    ['no body', undefined, Buffer.alloc(0)],
  ] as const)('has %s signed by its digest, and sends it once', async (_what, body, expected) => {
    const { sent, send } = keepingSender();
    const signed: UnsignedRequest[] = [];
    const sign = async (unsigned: UnsignedRequest) => {
      signed.push(unsigned);
      expect(sent).toEqual([]);
      return { ...unsigned.headers, authorization: 'by the role' };
    };
    await signedRequest(send, sign, 'us-east-2')(request(body));
    const { method, url, headers } = request();
    expect(signed).toEqual([{ method, url, headers, bodySha256: sha256(expected), region: 'us-east-2' }]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.request).toMatchObject({ method, url, headers: { ...headers, authorization: 'by the role' } });
    expect(sent[0]?.body).toEqual(expected);
  });

  it('is a matter of credentials where nothing can be signed, and then sends nothing', async () => {
    const { sent, send } = keepingSender();
    const sign = async () => {
      throw new Error('Could not load credentials from arn:aws:iam::111122223333:role/x');
    };
    const failing = signedRequest(send, sign, 'us-east-2')(request(bytes));
    await expect(failing).rejects.toMatchObject({ name: 'ProviderFailure', kind: 'auth', billed: 'no' });
    await expect(failing).rejects.not.toThrow('arn:');
    expect(sent).toEqual([]);
  });

  it('gives up at the signal although the body has come to a halt, and has sent nothing', async () => {
    const { sent, send } = keepingSender();
    const halted = {
      length: 2,
      async *chunks() {
        yield new Uint8Array(1);
        await new Promise<never>(() => {});
      },
    };
    for (const signal of [AbortSignal.timeout(30), AbortSignal.abort()]) {
      const given = signedRequest(send, async ({ headers }) => headers, 'us-east-2')({ ...request(halted), signal });
      await expect(given).rejects.toMatchObject({ name: 'ProviderFailure', kind: 'overloaded', billed: 'no' });
    }
    expect(sent).toEqual([]);
  });

  it('lets what reading the body throws pass through', async () => {
    const { sent, send } = keepingSender();
    const broken = {
      length: 1,
      // biome-ignore lint/correctness/useYield: it fails before there is anything to give.
      async *chunks(): AsyncGenerator<Uint8Array> {
        throw new Error('the store is down');
      },
    };
    await expect(signedRequest(send, async ({ headers }) => headers, 'us-east-2')(request(broken))).rejects.toThrow(
      'the store is down',
    );
    expect(sent).toEqual([]);
  });
});
