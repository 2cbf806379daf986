import type { InputImage } from '../images/image.ts';

/** An input that its caller named by an `https://` address: the first worker fetches it below the submission's nonce. */
export interface AddressedInput {
  readonly address: string;
  /** The field of the request, for failures. */
  readonly param: string;
  /** The object that it becomes, without the extension of its type. */
  readonly keyWithoutExtension: string;
}

/** All inputs of a submission that names some by address, in their order; an object in the bucket. */
export interface InputSources {
  readonly images: readonly (InputImage | AddressedInput)[];
  readonly mask?: InputImage | AddressedInput;
}

/**
 * A job's inputs that were named by address. Until they are fetched, the job's `images` and `mask` lack them.
 */
export interface InputAddresses {
  /** The object that holds the `InputSources`. */
  readonly key: string;
  /** The objects that the addressed inputs become, without extension: any of their types may be there. */
  readonly keysWithoutExtension: readonly string[];
  /** Whether `images` and `mask` are complete. */
  readonly isFetched: boolean;
}

/**
 * What forbids fetching an input from the address that a caller has given, as a sentence about "the address"; undefined
 * where its form is right. Resolves no name: a host that turns out to be private is refused when it is fetched.
 */
export type RefuseAddress = (address: string) => string | undefined;
