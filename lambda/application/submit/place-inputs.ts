import type { InputImage } from '../../domain/images/image.ts';
import type { AddressedInput, InputSources } from '../../domain/jobs/input-addresses.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { ReceivedAddress } from '../../domain/jobs/received-submission.ts';
import type { InputMarks } from './idempotency.ts';
import type { InputSource, InspectedImage } from './inspect-images.ts';
import type { InspectedInputs } from './inspect-inputs.ts';

/** An input that is put or copied to the job's inputs at submission. */
export interface StorableInput {
  readonly image: InputImage;
  readonly source: Exclude<InputSource, ReceivedAddress>;
}

/** Where the inputs of a job are going to be; nothing is stored yet. */
export interface PlacedInputs {
  /** All of them, as a request to a provider is planned: of those that are fetched later, what is assumed. */
  readonly planned: Pick<JobOrder, 'images'> & { readonly mask: InputImage | undefined };
  /** Those that the job has from its beginning, and what it knows of the others. */
  readonly ofJob: Pick<JobOrder, 'images' | 'mask' | 'addresses'>;
  readonly storable: readonly StorableInput[];
  /** Set where an input is named by address. */
  readonly sources?: InputSources;
}

interface PlacedInput {
  readonly image: InputImage;
  readonly source: InputSource;
  readonly keyWithoutExtension: string;
}

/** Gives each input its place below a prefix of the submission's own. `marks` hold the digests of those that came as bytes. */
export function placeInputs(inspected: InspectedInputs, marks: InputMarks, prefix: string): PlacedInputs {
  const images = inspected.images.map((image, at) => placed(image, `${prefix}/image-${at + 1}`, marks.images[at]));
  const mask = inspected.mask && placed(inspected.mask, `${prefix}/mask`, marks.mask);
  const all = mask ? [...images, mask] : images;
  const storable = all.filter(isStorable);
  const addressed = all.filter((input) => !isStorable(input));
  const key = `${prefix}/addresses.json`;
  const keysWithoutExtension = addressed.map((input) => input.keyWithoutExtension);
  return {
    planned: { images: images.map(({ image }) => image), mask: mask?.image },
    ofJob: {
      images: images.filter(isStorable).map(({ image }) => image),
      ...(mask && isStorable(mask) ? { mask: mask.image } : {}),
      ...(addressed.length === 0 ? {} : { addresses: { key, keysWithoutExtension, isFetched: false } }),
    },
    storable,
    ...(addressed.length === 0
      ? {}
      : { sources: { images: images.map(sourceOf), ...(mask ? { mask: sourceOf(mask) } : {}) } }),
  };
}

const isStorable = (input: PlacedInput): input is PlacedInput & StorableInput => !('address' in input.source);

const sourceOf = ({ image, source, keyWithoutExtension }: PlacedInput): InputImage | AddressedInput =>
  'address' in source ? { address: source.address, param: source.param, keyWithoutExtension } : image;

function placed(
  { source, ...inspected }: InspectedImage,
  keyWithoutExtension: string,
  mark: string | undefined,
): PlacedInput {
  if (mark === undefined) throw new Error('An image of the submission has no mark.');
  const image = {
    ...inspected,
    key: `${keyWithoutExtension}.${inspected.type}`,
    ...('bytes' in source ? { sha256: mark } : {}),
  };
  return { image, source, keyWithoutExtension };
}
