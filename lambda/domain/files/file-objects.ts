import type { ByteStream, ImageFacts, ImageType } from '../images/image.ts';

/** A form by which exactly one object can be uploaded: each field goes into it, the bytes last, as `file`. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a presigned upload is bound to: its object has exactly these bytes and this media type. */
export interface UploadOrder {
  readonly key: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Seconds for which the form is taken. */
  readonly seconds: number;
}

/** The objects of files in the gateway's bucket, as the files' own routes write them. */
export interface FileUploads {
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** A presigned POST. Calls no store. */
  uploadForm(order: UploadOrder): Promise<UploadForm>;
  /** The length of an object; undefined where there is none. */
  length(key: string): Promise<number | undefined>;
  /** Removes objects; those that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>;
}

/** What the first bytes of an object say of it. */
export interface InspectedObject {
  /** Undefined where it is no png, jpeg or webp. */
  readonly facts: ImageFacts | undefined;
  readonly bytes: number;
  /** Names these very bytes: another upload under the same key has another. */
  readonly etag: string;
}

/** The same objects, as submissions read them: a part of the bucket that only copies leave. */
export interface FileReads {
  /** Reads an object's header by ranged requests: `changed` where uploads replace it over and over, `gone` where there is none. */
  inspect(key: string): Promise<InspectedObject | 'changed' | 'gone'>;
  /** The bytes that were inspected: `changed` where another upload has replaced them, `gone` where they were deleted. */
  open(key: string, etag: string): Promise<ByteStream | 'changed' | 'gone'>;
  /** Copies what was inspected, within the bucket: `changed` where another upload has replaced it, `gone` where it was deleted. */
  copy(from: string, etag: string, to: string, type: ImageType): Promise<'copied' | 'changed' | 'gone'>;
}
