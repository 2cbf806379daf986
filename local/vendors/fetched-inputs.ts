/**
 * Vendors fetch input images that are named by address. The simulator does so from this machine alone: an address on
 * loopback becomes the `data:` URI of what is there, so that it is a file of the request as though the bytes had been
 * sent. One that can't be read stays an address, which no vendor's wire can decode.
 */

/** Fields that hold images, and none that holds an address to be called, such as a webhook's. */
const imageField = /image|mask/i;
const loopback = /^https?:\/\/127\.0\.0\.1[:/]/;

/**
 * The body with the images that its addresses lead to. `ownHost` is the simulator's own, whose addresses are uploads that the wires know.
 */
export async function withFetchedInputs(value: unknown, ownHost: string, field = ''): Promise<unknown> {
  if (typeof value === 'string') {
    const isInput = imageField.test(field) && loopback.test(value) && new URL(value).host !== ownHost;
    return isInput ? fetched(value) : value;
  }
  if (Array.isArray(value)) return Promise.all(value.map((each) => withFetchedInputs(each, ownHost, field)));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(async ([name, each]) => {
    return [name, await withFetchedInputs(each, ownHost, `${field}.${name}`)] as const;
  });
  return Object.fromEntries(await Promise.all(members));
}

async function fetched(address: string): Promise<string> {
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(30_000) }).catch(
    () => undefined,
  );
  if (!response?.ok) {
    await response?.body?.cancel();
    return address;
  }
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  return `data:${type};base64,${Buffer.from(await response.arrayBuffer()).toString('base64')}`;
}
