import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cleanMessage,
  withoutCutWord,
  withoutSecrets,
} from '../../../../../lambda/providers/wire/failures/clean-message.ts';
import fc from '../../../../support/seeded-fast-check.ts';

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
    [
      'Failed to load https://bucket.s3.eu-central-1.amazonaws.com/inputs/r2/n/image-1.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0a1b, sorry',
      'Failed to load [removed] sorry',
    ],
    [
      String.raw`Failed: {"url":"https:\/\/b.s3.amazonaws.com\/k?X-Amz-Date=1\u0026X-Amz-Security-Token=IQo%2F"}`,
      'Failed: {"url":"[removed]"}',
    ],
    ['See https%3A%2F%2Fb.s3.amazonaws.com%2Fk%3FX-Amz-Signature%3D0a1b here', 'See [removed] here'],
    ['Cut off: …&X-Amz-Expires=900&X-Amz-Signature=0a1b', 'Cut off: …&[removed]&[removed]'],
    ['  two\nlines\u0000 and\ttabs ', 'two lines and tabs'],
  ])('makes %j into %j', (text, clean) => {
    expect(cleanMessage(text, 'not-in-there')).toBe(clean);
  });

  it.each([
    "Unknown parameter: 'user_name'.",
    'The organization must be verified to use the model `gpt-image-2.5-sunburst`.',
    'Invalid value: a key-value pair was expected; see the project-level limits.',
    'See https://docs.example.com/errors?code=1 on the header X-Amz-Date.',
    'The project is new: projects of your organization need a private key, and eyJ is no token.',
  ])('leaves %j as it is', (text) => {
    expect(cleanMessage(text, 'not-in-there')).toBe(text);
  });

  it('removes the credential that was sent, whatever its form', () => {
    expect(cleanMessage('No such key: 0b5a-77', '0b5a-77')).toBe('No such key: [removed]');
  });

  it.each([
    ['percent-encoded', encodeURIComponent('a+key/of=ours')],
    ['base64', Buffer.from('a+key/of=ours').toString('base64')],
    ['a password without a user', Buffer.from(':a+key/of=ours').toString('base64')],
    ['hex', Buffer.from('a+key/of=ours').toString('hex')],
  ])('removes the credential that was sent, spelled otherwise: %s', (_, spelled) => {
    expect(cleanMessage(`Got ${spelled} here`, 'a+key/of=ours')).toMatch(/^Got \[removed\]=* here$/);
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

  it('cuts no credential in two, however much of the text before it comes to nothing', () => {
    const blank = ' '.repeat(64 * 1024 - 12);
    for (const sent of ['0b5a-77-0b5a-77-0b5a-77', '{"id": "a b"}0123456789']) {
      expect(cleanMessage(`Got:${blank}${sent}`, sent)).toMatch(/^Got:( \[removed\])?$/);
    }
    expect(cleanMessage(`Got:${blank}sk-1234567890`, 'not-in-there')).toBe('Got:');
  });

  it('is never longer than 500 characters, and cuts no credential in two', () => {
    const clean = cleanMessage(`${'a '.repeat(248)}sk-1234567890`, 'key');
    expect(clean.length).toBeLessThanOrEqual(500);
    expect(clean).not.toContain('sk-1');
    expect(cleanMessage('x '.repeat(50_000), 'key')).toHaveLength(500);
  });

  it('repeats no bytes of an image', () => {
    const clean = cleanMessage(`No picture: ${Buffer.alloc(900, 7).toString('base64')}`, 'key');
    expect(clean).toBe('No picture: <1200 characters left out>');
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

  const kept = ['a quiet sea', 'the key-value pair', 'user_name', 'eyJ is no token', '@ 12:30', 'a-b-c', '{"n": 1}'];
  const credentials = [
    'sk-proj-Ab12Cd34',
    'r8_****1234',
    'AKIA3XMPLE7KEY2Q5LMN',
    'arn:aws:iam::111122223333:role/worker',
    'org-a1B2c3D4e5',
    'ya29.c.b0AXv-0zTR_x~1',
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln-X_',
    'images@some-project.iam.gserviceaccount.com',
    'projects/some-project',
    'project 123456789012',
    'Bearer abc.def.ghi',
    '-----BEGIN PRIVATE KEY-----\\nMIIEvQ+/=\\n-----END PRIVATE KEY-----',
  ];
  const piece = fc.constantFrom(...kept, ...credentials, ...credentials.map((each) => each.slice(0, -4)));
  const texts = (...glue: string[]) =>
    fc
      .array(fc.tuple(piece, fc.constantFrom(...glue)), { minLength: 1, maxLength: 12 })
      .map((pieces) => pieces.flat().join(''));

  it('makes of separate words what patterns that look ahead make of them', () => {
    fc.assert(
      fc.property(texts(' ', '"', '\n', ', ', '` '), (text) => {
        expect(withoutSecrets(text, 'not-in-there')).toBe(byLookingAhead(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves nothing that they would remove, however words are put together', () => {
    fc.assert(
      fc.property(texts(' ', '', '-', '_', '.', '/', '=', '*', ':', '\\'), (text) => {
        const left = withoutSecrets(text, 'not-in-there').split('[removed]');
        const leftByThem = byLookingAhead(text);
        expect(left.filter((each) => !leftByThem.includes(each))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a@b@some-project.iam.gserviceaccount.com!', '[removed]!'],
    ['@b@some-project.iam.gserviceaccount.com.', '[removed].'],
    ['a@p.iam.gserviceaccount.com@b@q.iam.gserviceaccount.com@.gserviceaccount.com', '[removed]'],
    ['somebody@example.com, .gserviceaccount.com', 'somebody@example.com, .gserviceaccount.com'],
  ])('makes of the addresses %j %j', (text, clean) => {
    expect(withoutSecrets(text, 'not-in-there')).toBe(clean);
  });

  // Each of them kept a pattern that looks ahead, or starts anew within what it has read, busy for minutes or hours.
  const units = ['a-', 'sk-', 'sk_', 'key-', 'eyJ-', 'eyJaaaaaaaa.', 'a.', 'a@', '@', '-', '.', 'org-', 'org_aaaaaa-'];
  const addresses = ['X-Amz-', 'X-Amz-a=', 'https://', 'https%3A%2F%2F', String.raw`https:\/\/`, String.raw`\u0026`];
  const others = [
    ...addresses,
    'project ',
    'project=',
    'project-',
    'projects/',
    'Bearer ',
    'AKIA',
    'arn:aws',
    'ya29.',
    '\\',
    ' ',
  ];
  it.each([...units, ...others, '-----BEGIN ', '-----BEGIN PRIVATE KEY-----', 'BEGIN PRIVATE KEY', '-----END ', '\n'])(
    'gets through a million letters of %j',
    (unit) => {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      const clean = withoutSecrets(`${text} sk-1234567890`, 'not-in-there');
      expect(clean).not.toContain('1234567890');
      expect(cleanMessage(`${text}"`, 'not-in-there').length).toBeLessThanOrEqual(500);
    },
  );

  it('looks neither ahead nor back', () => {
    const source = readFileSync('lambda/providers/wire/failures/credential-forms.ts', 'utf8');
    expect(source).toContain('Bearer');
    expect(source).not.toMatch(/\(\?<?[=!]/);
  });
});

describe(withoutCutWord, () => {
  it('leaves off the word at the end, which may be half a credential', () => {
    expect(withoutCutWord('No such key: sk-12')).toBe('No such key: ');
    expect(withoutCutWord('{"key":"eyJhbGciOi')).toBe('{"key":"');
    expect(withoutCutWord('whole words ')).toBe('whole words ');
  });

  it('leaves off no more than a credential is long', () => {
    expect(withoutCutWord('x'.repeat(10_000))).toHaveLength(10_000 - 4096);
  });
});

/** What the forms of credentials are, said with no thought of how long it takes to find them. */
function byLookingAhead(text: string): string {
  const forms = [
    /\b(?:sk|pk|rk|key|xai|bfl|fal|r8|hf|tgp)[-_](?=[\w*-]*[\d*])[\w*-]{6,}/gi,
    /\bBearer\s+[^\s"'\\]+/gi,
    /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
    /\barn:aws[\w-]*:[^\s"'\\]+/gi,
    /\b(?:org|proj|user|acct)[-_](?=\w*\d)\w{6,}/gi,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\+[nr])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
    /\bya29\.[\w.~+/=-]+/g,
    /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
    /\b[\w.-]+@[\w.-]+\.gserviceaccount\.com/gi,
    /\bprojects\/[\w.:-]+/gi,
    /\bproject[ :=]+(?=[\w-]*\d)[\w-]{6,}/gi,
  ];
  return forms.reduce((result, form) => result.replace(form, '[removed]'), text);
}
