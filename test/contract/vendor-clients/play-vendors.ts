import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';

/** What any vendor but Vertex and Bedrock takes for a key. */
export const key = 'sk-test-1234';

/** A simulator of the test file's own that plays these wires by their names, with an empty ledger before each test. */
export function playVendors(...wires: readonly string[]): () => VendorSimulator {
  let simulator: VendorSimulator;
  beforeAll(async () => {
    const vendors = wires.map((wire) => ({ name: wire, wire }));
    simulator = await startVendorSimulator({ latencySeconds: 0, vendors });
  });
  beforeEach(() => {
    simulator.ledger.clear();
    simulator.faults.clear();
  });
  afterAll(() => simulator?.stop());
  return () => simulator;
}

const size = { width: 384, height: 288 } as const;

/** A plain picture, as large as the pickiest vendor wants it. */
export const photo = (background = '#c84'): Promise<Buffer> =>
  sharp({ create: { ...size, channels: 3, background } })
    .png()
    .toBuffer();

/** One channel as large as a photo, with one value in its left half and another in its right. */
const halves = (left: number, right: number): Buffer =>
  Buffer.from(Array.from({ length: size.width * size.height }, (_, at) => (at % size.width < 192 ? left : right)));

/** A mask for a photo, clear in its left half. */
export const alphaMask = (): Promise<Buffer> =>
  sharp({ create: { ...size, channels: 3, background: '#000' } })
    .joinChannel(halves(0, 255), { raw: { ...size, channels: 1 } })
    .png()
    .toBuffer();

/** A mask of the other kind: in grey, white in its left half. */
export const whiteMask = (): Promise<Buffer> =>
  sharp(halves(255, 0), { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

/** What kind of picture bytes are, and how large. Throws for bytes that are none. */
export async function pictureOf(bytes: Uint8Array | string): Promise<string> {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
  const { format, width, height } = await sharp(content).metadata();
  return `${format} ${width}x${height}`;
}

/** Fetches a result as a client would that shows no key. */
export async function fetched(url: string): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The result's address answered ${answer.status}.`);
  return new Uint8Array(await answer.arrayBuffer());
}
