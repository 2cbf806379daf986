import { describe, expect, it } from 'vitest';
import { cleanMessage, withoutSecrets } from '../../../../lambda/providers/shared/clean-message.ts';

describe('cleanMessage', () => {
  it.each([
    ['Incorrect API key provided: sk-proj-****************abcd.', 'Incorrect API key provided: [removed].'],
    ['Got Authorization: Bearer abc.def.ghi today', 'Got Authorization: [removed] today'],
    [
      'Rate limit reached in organization org-a1B2c3D4e5 on images',
      'Rate limit reached in organization [removed] on images',
    ],
    ['Project proj_a1B2c3D4e5 has no access', 'Project [removed] has no access'],
    [
      'Got -----BEGIN PRIVATE KEY-----\\nMIIEvQ+/=\\n-----END PRIVATE KEY-----\\n instead of a token',
      'Got [removed]\\n instead of a token',
    ],
    [
      'Quoted twice: -----BEGIN PRIVATE KEY-----\\\\nMIIEvQ+/=\\\\n-----END PRIVATE KEY-----.',
      'Quoted twice: [removed].',
    ],
    ['Got -----BEGIN RSA PRIVATE KEY-----\nMIIEvQ', 'Got [removed]'],
    ['The token ya29.c.b0AXv-0zTR_x~1 has expired', 'The token [removed] has expired'],
    ['Bad assertion eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln-X_, sorry', 'Bad assertion [removed], sorry'],
    ['Denied to images@some-project.iam.gserviceaccount.com here', 'Denied to [removed] here'],
    [
      'Publisher Model `projects/some-project/locations/global/publishers/google/models/x` was not found',
      'Publisher Model `[removed]/locations/global/publishers/google/models/x` was not found',
    ],
    ['It has not been used in project 123456789012 before', 'It has not been used in [removed] before'],
    [
      'User: arn:aws:sts::111122223333:assumed-role/worker/x is not authorized to perform: bedrock:InvokeModel on resource: arn:aws-us-gov:bedrock:us-west-2::foundation-model/m, says "arn:aws:iam::1:role/y"',
      'User: [removed] is not authorized to perform: bedrock:InvokeModel on resource: [removed] says "[removed]"',
    ],
    ['No such key: ASIA3XMPLE7KEY2Q5LMN', 'No such key: [removed]'],
    ['  two\nlines\u0000 and\ttabs ', 'two lines and tabs'],
  ])('makes %j into %j', (text, clean) => {
    expect(cleanMessage(text, 'not-in-there')).toBe(clean);
  });

  it.each([
    "Unknown parameter: 'user_name'.",
    'The organization must be verified to use the model `gpt-image-2.5-sunburst`.',
    'Invalid value: a key-value pair was expected; see the project-level limits.',
    'The project is new: projects of your organization need a private key, and eyJ is no token.',
  ])('leaves %j as it is', (text) => {
    expect(cleanMessage(text, 'not-in-there')).toBe(text);
  });

  it('removes the credential that was sent, whatever its form', () => {
    expect(cleanMessage('No such key: 0b5a-77', '0b5a-77')).toBe('No such key: [removed]');
  });

  it('removes each of several credentials', () => {
    expect(cleanMessage('Neither 0b5a-77 nor 91xq-3', ['0b5a-77', '91xq-3', ''])).toBe(
      'Neither [removed] nor [removed]',
    );
  });

  it('does not tear a message apart for want of a credential', () => {
    expect(cleanMessage('a quiet sea', '')).toBe('a quiet sea');
  });

  it('has nothing to say of a page', () => {
    expect(cleanMessage('<!DOCTYPE html><html><title>502</title></html>', 'key')).toBe('');
  });

  it('is never longer than 500 characters, and cuts no credential in two', () => {
    const clean = cleanMessage(`${'a '.repeat(248)}sk-1234567890`, 'key');
    expect(clean.length).toBeLessThanOrEqual(500);
    expect(clean).not.toContain('sk-1');
    expect(cleanMessage('x'.repeat(100_000), 'key')).toHaveLength(500);
  });
});

describe('withoutSecrets', () => {
  it('finds a credential that is quoted within JSON', () => {
    const secret = '{"id": "some-project"}';
    const body = JSON.stringify({ message: `No ${secret}.` });
    expect(JSON.parse(withoutSecrets(body, secret))).toEqual({ message: 'No [removed].' });
  });

  it('leaves JSON readable', () => {
    const body = JSON.stringify({ sent: 'Bearer abc', org: 'org-a1B2c3D4e5', key: 'sk-1234567890', odd: '0b5a-77' });
    expect(JSON.parse(withoutSecrets(body, '0b5a-77'))).toEqual({
      sent: '[removed]',
      org: '[removed]',
      key: '[removed]',
      odd: '[removed]',
    });
  });
});
