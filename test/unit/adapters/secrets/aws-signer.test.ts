import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type AwsCredentials, createAwsSigner } from '../../../../lambda/adapters/secrets/aws-signer.ts';
import { signatureFault } from '../../../../local/vendors/aws-signature.ts';
import type { ReceivedRequest } from '../../../../local/vendors/received-request.ts';
import { sha256 } from '../../../contract/providers/memory-call.ts';
import { roleCredentials } from '../../../support/aws-signing.ts';

const now = Date.parse('2015-08-30T12:36:00Z');
const nothing = sha256(Buffer.alloc(0));

const signerOf = (service: string, credentials: AwsCredentials, at = now) =>
  createAwsSigner({ service, credentials: async () => credentials, now: () => at });

/** A request as the service receives it. */
function received(url: string, headers: Readonly<Record<string, string>>, bodySha256: string): ReceivedRequest {
  const { pathname, search, searchParams } = new URL(url);
  const target = `${pathname}${search}`;
  return { method: 'POST', path: pathname, target, query: searchParams, headers, body: { kind: 'none' }, bodySha256 };
}

describe('createAwsSigner', () => {
  // The example "GET Object" of docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, with its signature.
  it('signs as AWS itself publishes it', async () => {
    const credentials = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    };
    const headers = await signerOf(
      's3',
      credentials,
      Date.parse('2013-05-24T00:00:00Z'),
    )({
      method: 'GET',
      url: 'https://examplebucket.s3.amazonaws.com/test.txt',
      headers: { range: 'bytes=0-9' },
      bodySha256: nothing,
      region: 'us-east-1',
    });
    expect(headers.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  it('signs as the clients of the AWS SDK do', async () => {
    let theirs: { headers: Record<string, string>; body: Uint8Array; at: string } | undefined;
    const client = new DynamoDBClient({
      region: 'us-west-2',
      credentials: roleCredentials,
      endpoint: 'https://dynamodb.us-west-2.amazonaws.com',
      maxAttempts: 1,
      requestHandler: {
        handle: async (request: { headers: Record<string, string>; body: Uint8Array }) => {
          theirs = { ...request, at: request.headers['x-amz-date'] ?? '' };
          throw new Error('Nothing leaves this machine.');
        },
      },
    });
    await expect(client.send(new ListTablesCommand({}))).rejects.toThrow('Nothing leaves');
    client.destroy();
    if (!theirs) throw new Error('Nothing was signed.');
    const { headers, body, at } = theirs;
    const own = Object.entries(headers).filter(
      ([name]) => !/^(authorization|host|x-amz-(date|content-sha256|security-token))$/.test(name),
    );
    const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(at) ?? [];
    const signed = await signerOf(
      'dynamodb',
      roleCredentials,
      Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`),
    )({
      method: 'POST',
      url: 'https://dynamodb.us-west-2.amazonaws.com/',
      headers: Object.fromEntries(own),
      bodySha256: sha256(body),
      region: 'us-west-2',
    });
    expect(signed.authorization).toBe(headers.authorization);
  });

  it('signs what the service finds right: path, query, headers, digest and token', async () => {
    const url =
      'https://bedrock-runtime.us-west-2.amazonaws.com/model/us.stability.stable-outpaint-v1%3A0/invoke?b=2&a=1';
    const bodySha256 = sha256(Buffer.from('a body'));
    const headers = await signerOf(
      'bedrock',
      roleCredentials,
    )({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      bodySha256,
      region: 'us-west-2',
    });
    expect(headers).toMatchObject({
      host: 'bedrock-runtime.us-west-2.amazonaws.com',
      'x-amz-content-sha256': bodySha256,
      'x-amz-date': '20150830T123600Z',
      'x-amz-security-token': roleCredentials.sessionToken,
    });
    const secrets = { [roleCredentials.accessKeyId]: roleCredentials.secretAccessKey };
    const expected = { service: 'bedrock', regions: ['us-west-2'], secrets, now };
    expect(signatureFault(received(url, headers, bodySha256), expected)).toBeUndefined();
    const spoilt: readonly (readonly [string, ReceivedRequest])[] = [
      ['another model', received(url.replace('outpaint', 'inpaint'), headers, bodySha256)],
      ['another body', received(url, headers, nothing)],
      ['another type', received(url, { ...headers, 'content-type': 'text/plain' }, bodySha256)],
      ['another token', received(url, { ...headers, 'x-amz-security-token': 'x' }, bodySha256)],
      ['no signature', received(url, {}, bodySha256)],
    ];
    for (const [what, request] of spoilt) expect(signatureFault(request, expected), what).toBeDefined();
    for (const changed of [
      { service: 's3' },
      { regions: ['eu-west-1'] },
      { secrets: { [roleCredentials.accessKeyId]: 'x' } },
      { secrets: {} },
      { now: now + 400_000 },
    ]) {
      expect(signatureFault(received(url, headers, bodySha256), { ...expected, ...changed })).toBeDefined();
    }
  });

  it('throws what asking for the credentials throws', async () => {
    const signer = createAwsSigner({
      service: 'bedrock',
      credentials: async () => {
        throw new Error('no role here');
      },
    });
    const unsigned = {
      method: 'POST',
      url: 'https://x.example/',
      headers: {},
      bodySha256: nothing,
      region: 'us-west-2',
    };
    await expect(signer(unsigned)).rejects.toThrow('no role here');
  });
});
