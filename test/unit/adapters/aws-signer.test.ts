import { createHash, createHmac } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { createAwsSigner } from '../../../lambda/adapters/aws-signer.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-role', sessionToken: 'session' };
const client = new SQSClient({ region: 'eu-central-1', credentials });
afterAll(() => client.destroy());
const clock = createFixedClock();
const signer = createAwsSigner(client, clock);

const host = 'sts.eu-central-1.amazonaws.com';
const url = `https://${host}/?Action=GetCallerIdentity&Version=2011-06-15`;
const headers = { host, 'x-goog-cloud-target-resource': '//iam.googleapis.com/projects/1/providers/aws' };
const unsigned = { method: 'POST', url, headers, service: 'sts' } as const;

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The signature as AWS reckons it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function expectedSignature(signed: Readonly<Record<string, string>>): string {
  const names = Object.keys(signed)
    .filter((name) => name !== 'authorization')
    .toSorted();
  const lines = names.map((name) => `${name}:${signed[name]}\n`).join('');
  const payload = signed['x-amz-content-sha256'] ?? sha256('');
  const query = 'Action=GetCallerIdentity&Version=2011-06-15';
  const canonical = ['POST', '/', query, lines, names.join(';'), payload].join('\n');
  const time = signed['x-amz-date'] ?? '';
  const date = time.slice(0, 8);
  const toSign = ['AWS4-HMAC-SHA256', time, `${date}/eu-central-1/sts/aws4_request`, sha256(canonical)].join('\n');
  const key = [date, 'eu-central-1', 'sts', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex');
}

describe('createAwsSigner', () => {
  it("signs with the client's credentials, for its region, at the clock's time", async () => {
    const signed = await signer.sign(unsigned);
    expect(await signer.region()).toBe('eu-central-1');
    expect(signed).toMatchObject({ ...headers, 'x-amz-date': '20261120T120000Z', 'x-amz-security-token': 'session' });
    expect(signed.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-central-1/sts/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token;x-goog-cloud-target-resource, Signature=${expectedSignature(signed)}`,
    );
  });

  it('signs a body by its digest, where it is told one', async () => {
    const digest = { 'x-amz-content-sha256': sha256('a body') };
    const signed = await signer.sign({ ...unsigned, headers: { ...headers, ...digest } });
    expect(signed).toMatchObject(digest);
    expect(signed.authorization).toContain(`Signature=${expectedSignature(signed)}`);
  });

  it('adds no header that nobody asked for', async () => {
    expect(Object.keys(await signer.sign(unsigned)).toSorted()).toEqual(
      [...Object.keys(headers), 'authorization', 'x-amz-date', 'x-amz-security-token'].toSorted(),
    );
  });

  it('leaves the headers that it was given as they were', async () => {
    await signer.sign(unsigned);
    expect(headers).toEqual({ host, 'x-goog-cloud-target-resource': expect.any(String) });
  });
});
