const removed = '[removed]';

/** A pattern of credentials, and the text that replaces a match. */
interface CredentialForm {
  readonly pattern: RegExp;
  /** @default - it is removed */
  readonly shown?: (found: string) => string;
}

/** Removes what was found where it bears another mark besides. */
const withMark =
  (mark: RegExp) =>
  (found: string): string =>
    mark.test(found) ? removed : found;

const accountDomain = '.gserviceaccount.com';

/**
 * Patterns of credentials, and of identifiers of the gateway owner's accounts: OpenAI and AWS quote both in their
 * messages.
 *
 * A provider's text may echo any caller's input, so each pattern runs in linear time (no ReDoS): it consumes the whole
 * run of characters that it has begun to match, whether or not it matches. A pattern with a lookahead, or one that
 * gives up a run after reading it to its end, would read it again from each of the run's positions.
 */
const credentialForms: readonly CredentialForm[] = [
  {
    pattern: /\b(?:sk|pk|rk|key|xai|bfl|fal|r8|hf|tgp)[-_][\w*-]{6,}/gi,
    shown: withMark(/^[a-z\d]+[-_][^\d*]*[\d*]/i),
  },
  // Presigned addresses, such as those of inputs, which providers quote where they couldn't fetch one: as a whole, whether
  // they are plain, escaped in JSON or percent-encoded; and what is left of one that was cut.
  {
    pattern: /\bhttps?(?::|%3A)(?:\\?\/|%2F){2}(?:[^\s"'\\<>]|\\u0026|\\\/)+/gi,
    shown: withMark(/X-Amz-/i),
  },
  { pattern: /\bX-Amz-[^\s"'\\<>&]+/gi, shown: withMark(/=|%3D/i) },
  { pattern: /\bBearer\s+[^\s"'\\]+/gi },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g },
  { pattern: /\barn:aws[\w-]*:[^\s"'\\]+/gi },
  { pattern: /\b(?:org|proj|user|acct)[-_]\w{6,}/gi, shown: withMark(/\d/) },
  // What Google's services are given, and name: private keys, signed assertions and tokens, service accounts and
  // projects.
  {
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\+[nr])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  },
  { pattern: /\bya29\.[\w.~+/=-]+/g },
  { pattern: /\beyJ[\w-]{8,}(?:\.[\w-]+\.[\w-]*)?/g, shown: withMark(/\./) },
  { pattern: /[\w.@-]+/g, shown: withoutAccount },
  { pattern: /\bprojects\/[\w.:-]+/gi },
  { pattern: /\b(?:project[ :=]+)+[\w-]{6,}/gi, shown: withMark(/\d/) },
];

/** A service account is named like a mail address. What a run has up to the last of them is removed. */
function withoutAccount(run: string): string {
  if (!run.includes('@')) return run;
  const end = run.toLowerCase().lastIndexOf(accountDomain);
  const at = run.indexOf('@', 1);
  return at > 0 && at < end ? `${removed}${run.slice(end + accountDomain.length)}` : run;
}

/** Redacts everything that looks like a credential. Runs in linear time. */
export const withoutCredentialForms = (text: string): string =>
  credentialForms.reduce((result, { pattern, shown = () => removed }) => result.replace(pattern, shown), text);
