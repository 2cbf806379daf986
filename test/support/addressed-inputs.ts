import { createHash } from 'node:crypto';
import type { ByteStream } from '../../lambda/domain/images/image.ts';
import { type FetchInput, InputNotFetched } from '../../lambda/domain/images/input-fetch.ts';
import type { AddressedInput, InputSources } from '../../lambda/domain/jobs/input-addresses.ts';
import type { JobOrder } from '../../lambda/domain/jobs/job.ts';
import { sampleOrder } from './sample-job.ts';

const prefix = `inputs/r2/${sampleOrder().submissionNonce}`;

/** An input at an address, as a submission keeps it. */
export const addressed = (name: string, param = 'image'): AddressedInput => ({
  address: `https://images.example/${name}`,
  param,
  keyWithoutExtension: `${prefix}/${name}`,
});

/** The sample job's order as an edit with these inputs, of which none has been fetched. */
export function orderOf(sources: InputSources): Partial<JobOrder> & Pick<JobOrder, 'images'> {
  const all = [...sources.images, ...(sources.mask ? [sources.mask] : [])];
  const submission = { operation: 'edit', prompt: 'a lighthouse', n: 1, parameters: {}, extra: {} } as const;
  return {
    operation: 'edit',
    submission: { in: 'item', submission },
    images: sources.images.flatMap((each) => ('key' in each ? [each] : [])),
    ...(sources.mask && 'key' in sources.mask ? { mask: sources.mask } : {}),
    addresses: {
      key: `${prefix}/addresses.json`,
      keysWithoutExtension: all.flatMap((each) => ('address' in each ? [each.keyWithoutExtension] : [])),
      isFetched: false,
    },
  };
}

/** Hosts that have these bytes, by address, and nothing else; `asked` are the addresses in the order of the requests. */
export function inputHosts(bytesAt: Readonly<Record<string, Uint8Array | (() => ByteStream)>>) {
  const asked: string[] = [];
  const fetchInput: FetchInput = (address) => {
    const hash = createHash('sha256');
    async function* fetched(): ByteStream {
      asked.push(address);
      const found = bytesAt[address];
      if (!found)
        throw new InputNotFetched('status', 'could not be fetched from its address: the server answered 404.');
      for await (const chunk of found instanceof Uint8Array ? [found] : found()) {
        hash.update(chunk);
        yield chunk;
      }
    }
    return { bytes: fetched(), sha256: () => hash.digest('hex') };
  };
  return { asked, fetchInput };
}
