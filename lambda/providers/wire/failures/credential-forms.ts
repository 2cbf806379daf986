const removed = '[removed]';

/** What looks like a credential, and what to show in the place of one that was found. */
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
 * What looks like a credential, or names the account of the gateway's owner: OpenAI and AWS quote both in their messages.
 *
 * A provider's text may echo what any caller wrote, so each takes time in proportion to the text: a pattern takes the whole
 * run of characters that it has begun to read, whatever becomes of it. One that looked ahead, or left a run alone after
 * reading it to its end, would read it once again for each of the run's parts.
 */
const credentialForms: readonly CredentialForm[] = [
  {
    pattern: /\b(?:sk|pk|rk|key|xai|bfl|fal|r8|hf|tgp)[-_][\w*-]{6,}/gi,
    shown: withMark(/^[a-z\d]+[-_][^\d*]*[\d*]/i),
  },
  { pattern: /\bBearer\s+[^\s"'\\]+/gi },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g },
  { pattern: /\barn:aws[\w-]*:[^\s"'\\]+/gi },
  { pattern: /\b(?:org|proj|user|acct)[-_]\w{6,}/gi, shown: withMark(/\d/) },
  // What Google's services are given, and name: private keys, signed assertions and tokens, service accounts and projects.
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

/** A text without what looks like a credential. Takes time in proportion to its length. */
export const withoutCredentialForms = (text: string): string =>
  credentialForms.reduce((result, { pattern, shown = () => removed }) => result.replace(pattern, shown), text);
