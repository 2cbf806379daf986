import { createHash } from 'node:crypto';
import type { Sha256 } from '../../domain/bytes/sha256.ts';

/** SHA-256 by Node's own crypto: virtual keys are stored and looked up by it. */
export const sha256: Sha256 = (content) => createHash('sha256').update(content).digest('hex');
