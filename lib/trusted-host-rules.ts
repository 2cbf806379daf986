/** So many, so that they fit into a function's environment beside all else. */
const maxInputHosts = 10;

/** A sentence for each rule that the hosts break from which inputs may be fetched. */
export const brokenInputHosts = (hosts: readonly string[]): readonly string[] => [
  ...(hosts.length > maxInputHosts
    ? [`trustedInputHosts has ${hosts.length} entries; the maximum is ${maxInputHosts}.`]
    : []),
  ...brokenHosts('trustedInputHosts', hosts),
];

/** A sentence for each trusted host that isn't written as one. */
export const brokenHosts = (path: string, hosts: readonly string[]): readonly string[] =>
  hosts
    .filter((host) => !isHostAndPort(host))
    .map((host) => `${path}: ${host} must be a host and its port, such as 10.0.0.7:8080.`);

/** Also that the host is written as addresses are compared: in lower case, and an IP address in its shortest form. */
function isHostAndPort(text: string): boolean {
  const [, host = '', port = ''] = /^([a-z0-9.-]+|\[[0-9a-f:]+\]):([1-9]\d{0,4})$/.exec(text) ?? [];
  const url = `https://${host}:${port}`;
  return URL.canParse(url) && new URL(url).hostname === host;
}
