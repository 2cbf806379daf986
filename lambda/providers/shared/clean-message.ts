/** Long enough for any honest explanation. */
const mostCharacters = 500;

/** What looks like a credential, or names the account of the gateway's owner: OpenAI quotes both in its messages. */
const confidential: readonly RegExp[] = [
  /\b(?:sk|pk|rk|key|xai|bfl|fal|r8|hf|tgp)[-_](?=[\w*-]*[\d*])[\w*-]{6,}/gi,
  /\bBearer\s+[^\s"'\\]+/gi,
  /\b(?:org|proj|user|acct)[-_](?=\w*\d)\w{6,}/gi,
];

/**
 * A provider's text without credentials and account names. `secret` is the credential that was sent, for those whose
 * form nobody could guess. JSON stays JSON.
 */
export function withoutSecrets(text: string, secret: string): string {
  // An empty or tiny one would tear any text apart, and is no credential.
  const withoutSent = secret.length >= 4 ? text.replaceAll(secret, '[removed]') : text;
  return confidential.reduce((result, pattern) => result.replace(pattern, '[removed]'), withoutSent);
}

/**
 * A provider's words made fit for the caller: one line, of bounded length, without markup, credentials and account names.
 * Gives an empty string where nothing is worth repeating.
 */
export function cleanMessage(text: string, secret: string): string {
  if (/^\s*<|<\/?(html|body|head|title)\b/i.test(text)) return '';
  const discreet = withoutSecrets(text.slice(0, 20_000), secret);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out here.
  const line = discreet.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
}
