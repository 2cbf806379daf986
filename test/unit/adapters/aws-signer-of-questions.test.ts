import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAwsSigner } from '../../../lambda/adapters/secrets/aws-signer.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-role', sessionToken: 'session' };
const clock = createFixedClock();
const sign = createAwsSigner({ service: 'sts', credentials: async () => credentials, now: clock.now });

const url = 'https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15';
const headers = { 'x-goog-cloud-target-resource': '//iam.googleapis.com/projects/1/providers/aws' };
const unsigned = { method: 'POST', url, headers, region: 'eu-central-1' } as const;

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
  it("signs a question without a body by its query, at the clock's time", async () => {
    const signed = await sign(unsigned);
    expect(signed.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-central-1/sts/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token;x-goog-cloud-target-resource, Signature=${expectedSignature(signed)}`,
    );
  });

  it('adds no header to it that whoever checks it need not know', async () => {
    const { authorization: _, ...signed } = await sign(unsigned);
    expect(signed).toEqual({
      ...headers,
      host: 'sts.eu-central-1.amazonaws.com',
      'x-amz-date': '20261120T120000Z',
      'x-amz-security-token': 'session',
    });
  });

  it('signs a body by its digest', async () => {
    const signed = await sign({ ...unsigned, bodySha256: sha256('a body') });
    expect(signed).toMatchObject({ 'x-amz-content-sha256': sha256('a body') });
    expect(signed.authorization).toContain(`Signature=${expectedSignature(signed)}`);
  });
});
