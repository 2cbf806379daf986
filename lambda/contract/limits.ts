import { maxImagePixels, maxImageSide } from '../domain/images/image.ts';

/** The limits a client meets, in one place: the parser enforces them and the documentation states them. */
export const limits = {
  /** The most seconds that a synchronous answer may take: API Gateway waits 300 for the first byte of a streamed one. */
  synchronousSeconds: 270,
  /** Raw bytes of a direct body: Lambda's event limit of 6 MiB, less base64's third and the envelope. */
  bodyBytes: 4 * 1024 * 1024,
  /** All parameters of a submission together, as UTF-8 JSON. */
  parameterBytes: 256 * 1024,
  /** One text part, unless it bears an image; in JSON, one field that the contract doesn't know. */
  textPartBytes: 128 * 1024,
  /** All values in a JSON body, however deep: each takes far more memory than text. */
  jsonValues: 65_536,
  /** Parts of a form. A JSON body has no more fields either. */
  parts: 64,
  files: 17,
  /** The name of a part, or of a field in JSON. */
  partNameBytes: 256,
  /** The head of one part of a form, with the name of its file. */
  partHeadBytes: 64 * 1024,
  images: 16,
  fallbacks: 5,
  promptCharacters: 32_000,
  /** Pixels of one input image: a header that claims more is refused unread. */
  imagePixels: maxImagePixels,
  /** Pixels of either side of one input image, likewise. */
  imageSide: maxImageSide,
  idempotencyKeyCharacters: 255,
  requestIdCharacters: 128,
  resultTtlSeconds: 2_592_000,
  waitSeconds: 25,
  /** The same for a POST: what is left of the 29 seconds that API Gateway waits must do for a cold start and the answer. */
  submitWaitSeconds: 20,
  /** Jobs that one owner may have open at a time, however the key or the stage is set: their reservations share an item. */
  openJobs: 1000,
  /** The largest rate limit of a window. */
  requestsOfWindow: 1_000_000,
  /** The name of a virtual key. */
  keyNameCharacters: 64,
  /** Providers that a virtual key names, and models of each. */
  keyProviders: 64,
  keyModels: 256,
  /** All that a virtual key may use, as JSON: its record is read with each request. */
  keyRightsBytes: 16 * 1024,
  /** How long a credential may work on that was replaced by another. */
  overlapSeconds: 2_592_000,
  /** Virtual keys on one page of their list. */
  listedKeys: 100,
} as const;
