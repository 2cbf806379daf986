/** So many, so that they fit into a function's environment beside all else. */
const maxOrigins = 20;

/** What is wrong with the origins whose scripts may call, in a sentence each. */
export function brokenOrigins(origins: readonly string[]): readonly string[] {
  return [
    ...(origins.length > maxOrigins
      ? [`allowedOrigins has ${origins.length} entries; the maximum is ${maxOrigins}.`]
      : []),
    ...origins.filter((origin) => !isSecure(origin) && !isLoopback(origin)).map(describe),
  ];
}

/** As a browser writes it: lower case, without a path, a default port or a slash at the end. */
const isSecure = (origin: string): boolean =>
  origin.startsWith('https://') && !origin.includes('*') && URL.canParse(origin) && new URL(origin).origin === origin;

const isLoopback = (origin: string): boolean => {
  const [, port] = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::([1-9]\d{0,4}|\*))?$/.exec(origin) ?? [];
  return /^http:\/\/(?:localhost|127\.0\.0\.1)(?::|$)/.test(origin) && (port === '*' || isPort(origin, port));
};

/** A browser leaves the default port out. */
const isPort = (origin: string, port: string | undefined): boolean =>
  URL.canParse(origin) && new URL(origin).origin === origin && (port === undefined || Number(port) <= 65_535);

const describe = (origin: string): string =>
  `allowedOrigins: ${origin} must be an exact origin as a browser sends it, such as https://app.example.com (no path, trailing slash or asterisk), or for development http://localhost:5173 or http://localhost:*.`;
