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
    ['  two\nlines\u0000 and\ttabs ', 'two lines and tabs'],
  ])('makes %j into %j', (text, clean) => {
    expect(cleanMessage(text, 'not-in-there')).toBe(clean);
  });

  it.each([
    "Unknown parameter: 'user_name'.",
    'The organization must be verified to use the model `gpt-image-2.5-sunburst`.',
    'Invalid value: a key-value pair was expected; see the project-level limits.',
  ])('leaves %j as it is', (text) => {
    expect(cleanMessage(text, 'not-in-there')).toBe(text);
  });

  it('removes the credential that was sent, whatever its form', () => {
    expect(cleanMessage('No such key: 0b5a-77', '0b5a-77')).toBe('No such key: [removed]');
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
