import type { FileReads } from '../../domain/files/file-objects.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { mediaTypeOf } from '../../domain/images/image.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { replacedFile, unknownFile } from './find-file.ts';
import type { StorableInput } from './place-inputs.ts';
import type { PreparedJob } from './prepare-job.ts';

export interface StoreInputsDependencies {
  readonly images: Pick<ImageStore, 'put' | 'putJson'>;
  readonly fileReads: Pick<FileReads, 'copy'>;
}

/**
 * Stores all that a job keeps in the bucket from its beginning; what was stored stays where something fails. Throws GatewayError for
 * a file that was replaced or deleted since it was inspected, and what the store throws.
 */
export async function storeInputs(
  dependencies: StoreInputsDependencies,
  { order, submission, inputs }: PreparedJob,
): Promise<void> {
  const { images } = dependencies;
  const outcomes = await Promise.allSettled([
    ...inputs.storable.map((input) => store(dependencies, input)),
    order.submission.in === 'bucket'
      ? images.putJson(order.submission.key, submission as unknown as JsonValue)
      : undefined,
    order.addresses ? images.putJson(order.addresses.key, inputs.sources as unknown as JsonValue) : undefined,
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function store({ images, fileReads }: StoreInputsDependencies, { image, source }: StorableInput): Promise<void> {
  if ('bytes' in source) return images.put(image.key, source.bytes, mediaTypeOf(image.type));
  const outcome = await fileReads.copy(source.key, source.etag, image.key, image.type);
  if (outcome === 'gone') throw unknownFile(source);
  if (outcome === 'changed') throw replacedFile(source);
}
