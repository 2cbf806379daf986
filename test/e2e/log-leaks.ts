/** Stands in every prompt of these tests, so that a prompt in a log would be noticed. */
export const promptCanary = 'marzipan-quartz-canary';

/** What no log line may hold, by what it is called. */
const forbidden: Readonly<Record<string, (line: string) => boolean>> = {
  'a virtual key': (line) => line.includes('sk-bf-'),
  "a provider's key": (line) => line.includes('sk-simulated'),
  'a private key': (line) => line.includes('PRIVATE KEY'),
  'an access token': (line) => line.includes('ya29.'),
  'a prompt': (line) => line.includes(promptCanary),
  'a JSON Web Token': (line) => /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\./.test(line),
  "an image link's signature": (line) => line.includes('signature='),
  'a presigned address': (line) => /X-Amz-(?:Signature|Credential|Security-Token)/i.test(line),
  'an image in base64': (line) => /[A-Za-z0-9+/=_-]{257}/.test(line),
  'more than 8 KiB': (line) => Buffer.byteLength(line) > 8 * 1024,
};

/** Names what each log line holds that it must not, with the line's beginning; empty where all is well. */
export function leaksIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) =>
    Object.entries(forbidden)
      .filter(([, isIn]) => isIn(line))
      .map(([what]) => `${what}: ${line.slice(0, 300)}`),
  );
}
