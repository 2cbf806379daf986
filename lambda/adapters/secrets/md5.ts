import { createHash } from 'node:crypto';
import type { Md5 } from '../../domain/bytes/md5.ts';

/** MD5 by Node's own crypto: the ETag of an object in the bucket, for bytes that aren't there yet. */
export const md5: Md5 = (content) => createHash('md5').update(content).digest('hex');
