import { uploadSeconds as fileUploadSeconds } from '../domain/files/stored-file.ts';
import { maxConvertedPixels } from '../domain/images/conversion.ts';
import { maxImagePixels, maxImageSide } from '../domain/images/image.ts';

/**
 * The limits a client meets, in one place: the parser enforces them, and docs/limits.md is generated from this object,
 * comments included.
 */
export const limits = {
  /** Seconds that a synchronous response may take; a stage may set less. API Gateway waits 300 for the first byte. */
  synchronousSeconds: 270,
  /** Raw bytes of a request body: Lambda's event limit of 6 MiB, less base64's third and the envelope. */
  bodyBytes: 4 * 1024 * 1024,
  /** All parameters of a submission together, as UTF-8 JSON. */
  parameterBytes: 256 * 1024,
  /** One text part of a form, unless it holds an image; in JSON, one unknown field. */
  textPartBytes: 128 * 1024,
  /** Values in a JSON body at any depth: each takes far more memory than text. */
  jsonValues: 65_536,
  /** Parts of a form, or fields of a JSON body. */
  parts: 64,
  /** Files of a form. */
  files: 17,
  /** The name of a part or field; control characters are refused. */
  partNameBytes: 256,
  /** The header block of one part of a form, including its file name. */
  partHeadBytes: 64 * 1024,
  /** Input images. */
  images: 16,
  /** The address of an input image. */
  addressCharacters: 2048,
  /** Entries of `fallbacks`. */
  fallbacks: 5,
  /** The prompt, and the negative prompt. */
  promptCharacters: 32_000,
  /** Pixels of an input image; a header that claims more is refused without decoding. */
  imagePixels: maxImagePixels,
  /** Pixels of either side of an input image. */
  imageSide: maxImageSide,
  /** Pixels of an image, a mask or a canvas that the gateway has to redraw for a model; its bytes don't matter. */
  redrawnPixels: maxConvertedPixels,
  /** An `Idempotency-Key`. */
  idempotencyKeyCharacters: 255,
  /** A provider's key that a synchronous request brings. */
  providerKeyCharacters: 4096,
  /** An `x-request-id` that is echoed. */
  requestIdCharacters: 128,
  /** Lifetime of a result in seconds. */
  resultTtlSeconds: 2_592_000,
  /** An `x-bf-cache-key`. */
  cacheKeyCharacters: 255,
  /** Lifetime of a known answer in seconds. */
  cacheTtlSeconds: 2_592_000,
  /** Seconds that `Prefer: wait` is granted on a GET; a stage may grant less. */
  waitSeconds: 25,
  /** The same for a POST: the rest of API Gateway's 29 seconds is for a cold start and the response. */
  submitWaitSeconds: 20,
  /** Open jobs of one owner, whatever its key or stage allows: their reservations share an item. */
  openJobs: 1000,
  /** The largest rate limit of a window. */
  requestsOfWindow: 1_000_000,
  /** The largest budget of a window, in US dollars. */
  budgetUsd: 1_000_000,
  /** The most that the stage may assume for an image of a model without a known price, in US dollars. */
  assumedUsd: 1000,
  /** The name of an owner: a virtual key's id, or `admin:` and a token's subject. */
  ownerCharacters: 512,
  /** The name of a virtual key. */
  keyNameCharacters: 64,
  /** Providers that a virtual key names. */
  keyProviders: 64,
  /** Models that a virtual key names per provider. */
  keyModels: 256,
  /** All that a virtual key may use, as JSON: its record is read with each request. */
  keyRightsBytes: 16 * 1024,
  /** Seconds for which a replaced credential keeps working. */
  overlapSeconds: 2_592_000,
  /** An uploaded file, or an image that is fetched from its address: OpenAI's bound of an input image, 50 MB. */
  fileBytes: 50_000_000,
  /** The name of an uploaded file; the rest is cut off. */
  fileNameCharacters: 255,
  /** The purpose of an uploaded file. */
  filePurposeCharacters: 64,
  /** Lifetime of an uploaded file in seconds; a stage may allow less. */
  fileRetentionSeconds: 2_592_000,
  /** Seconds for which the presigned POST of a file is valid. */
  uploadSeconds: fileUploadSeconds,
  /** Files of one owner, whatever its stage allows. */
  filesOfOwner: 10_000,
  /** Bytes of all files of one owner together, whatever its stage allows. */
  fileBytesOfOwner: 1_000_000_000_000,
  /** Files on one page of their list. */
  listedFiles: 100,
  /** Virtual keys on one page of their list. */
  listedKeys: 100,
  /** Jobs on one page of their list. */
  listedJobs: 100,
} as const;
