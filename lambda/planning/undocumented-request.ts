import type { RequestLimit } from '../domain/images/request-bytes.ts';

/**
 * The bound that the gateway sets on requests with images in base64 where a provider documents none: room for one image of
 * 20 MiB, the largest that providers of such requests name for one image, which has 28 MB in base64. A provider that takes
 * less answers 413, of which the next candidate is tried. Decision 74.
 */
export const undocumentedRequest: RequestLimit = { maxBytes: 30_000_000, sends: 'base64', isDocumented: false };
