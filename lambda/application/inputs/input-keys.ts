// The objects of a job's inputs, for whatever removes them.

import { imageTypes } from '../../domain/images/image.ts';
import type { InputAddresses } from '../../domain/jobs/input-addresses.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';

/**
 * Every object that a submission has written, and those that its addressed inputs may have become: a worker that crashed
 * may have fetched one as another type than the next worker did.
 */
export const inputKeys = (order: Pick<JobOrder, 'images' | 'mask' | 'submission' | 'addresses'>): readonly string[] => [
  ...new Set([
    ...order.images.map((image) => image.key),
    ...(order.mask ? [order.mask.key] : []),
    ...(order.submission.in === 'bucket' ? [order.submission.key] : []),
    ...(order.addresses ? [order.addresses.key, ...fetchedKeys(order.addresses)] : []),
  ]),
];

/** The objects that addressed inputs may have become. */
export const fetchedKeys = ({ keysWithoutExtension }: InputAddresses): readonly string[] =>
  keysWithoutExtension.flatMap((key) => imageTypes.map((type) => `${key}.${type}`));
