/** Long enough for any honest explanation. */
const mostCharacters = 500;

/** What looks like a credential, or names the account of the gateway's owner: OpenAI and AWS quote both in their messages. */
const confidential: readonly RegExp[] = [
  /\b(?:sk|pk|rk|key|xai|bfl|fal|r8|hf|tgp)[-_](?=[\w*-]*[\d*])[\w*-]{6,}/gi,
  /\bBearer\s+[^\s"'\\]+/gi,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /\barn:aws[\w-]*:[^\s"'\\]+/gi,
  /\b(?:org|proj|user|acct)[-_](?=\w*\d)\w{6,}/gi,
  // What Google's services are given, and name: private keys, signed assertions and tokens, service accounts and projects.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\+[nr])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  /\bya29\.[\w.~+/=-]+/g,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
  /\b[\w.-]+@[\w.-]+\.gserviceaccount\.com/gi,
  /\bprojects\/[\w.:-]+/gi,
  /\bproject[ :=]+(?=[\w-]*\d)[\w-]{6,}/gi,
];

/** Credentials that were sent, or could be found out, for those whose form nobody could guess. */
export type Secrets = string | readonly string[];

/** A provider's text without credentials and account names. JSON stays JSON. */
export function withoutSecrets(text: string, secrets: Secrets): string {
  // An empty or tiny one would tear any text apart, and is no credential.
  const sent = [secrets].flat().filter((secret) => secret.length >= 4);
  // A credential that is JSON itself stands in a JSON text with its quotes escaped.
  const written = sent.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const withoutSent = written.reduce((result, secret) => result.replaceAll(secret, '[removed]'), text);
  return confidential.reduce((result, pattern) => result.replace(pattern, '[removed]'), withoutSent);
}

/**
 * A provider's words made fit for the caller: one line, of bounded length, without markup, credentials and account names.
 * Gives an empty string where nothing is worth repeating.
 */
export function cleanMessage(text: string, secrets: Secrets): string {
  if (/^\s*<|<\/?(html|body|head|title)\b/i.test(text)) return '';
  const discreet = withoutSecrets(text.slice(0, 20_000), secrets);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out here.
  const line = discreet.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
}
