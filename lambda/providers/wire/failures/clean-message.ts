import { withoutLongRuns } from '../../../domain/bytes/long-runs.ts';
import { withoutCredentialForms } from './credential-forms.ts';

/** Long enough for any honest explanation. */
const maxCharacters = 500;

/** Max characters that are read: the relevant part of a message is at its beginning. */
const maxReadCharacters = 64 * 1024;

/** Credentials that were sent, or can be derived, and whose form no pattern matches. */
export type Secrets = string | readonly string[];

/** A provider's text without credentials and account names. JSON stays JSON. Takes time in proportion to the text. */
export const withoutSecrets = (text: string, secrets: Secrets): string =>
  withoutCredentialForms(withoutSent(text, secrets));

function withoutSent(text: string, secrets: Secrets): string {
  // An empty or tiny one would tear any text apart, and is no credential.
  const sent = [secrets].flat().filter((secret) => secret.length >= 4);
  const written = sent.flatMap(spellingsOf);
  return written.reduce((result, secret) => result.replaceAll(secret, '[removed]'), text);
}

/**
 * The encodings of a credential to redact: plain, JSON-escaped, percent-encoded, in base64 (as for a password), in hex.
 */
function spellingsOf(secret: string): readonly string[] {
  const encoded = (text: string) => Buffer.from(text).toString('base64').replaceAll('=', '');
  const spellings = [
    ...[secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
    ...[encoded(secret), encoded(`:${secret}`), Buffer.from(secret).toString('hex')],
  ];
  return [...new Set(spellings)];
}

/**
 * A provider's message, sanitized for the caller: one line, of bounded length, without markup, credentials and account
 * names. Returns an empty string where nothing useful is left.
 */
export function cleanMessage(text: string, secrets: Secrets): string {
  if (/^\s*<|<\/?(html|body|head|title)\b/i.test(text)) return '';
  // What was sent is taken out before any cut, the known forms of credentials before the last.
  const discreet = withoutCredentialForms(withoutLongRuns(beginningOf(withoutSent(text, secrets))));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out here.
  const line = discreet.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters - 1)}…` : line;
}

const beginningOf = (text: string): string =>
  text.length > maxReadCharacters ? withoutCutWord(text.slice(0, maxReadCharacters)) : text;

/** Longer than any credential: a longer word may be cut. */
const maxWordCharacters = 4096;

/** A truncated text without its last word, which could be part of a credential and so not be recognized as one. */
export function withoutCutWord(text: string): string {
  let end = text.length;
  const start = Math.max(0, end - maxWordCharacters);
  while (end > start && isOfWord(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Visible ASCII without the quotes, of which all credentials are made. */
const isOfWord = (code: number): boolean => code > 0x20 && code < 0x7f && code !== 0x22 && code !== 0x27;
