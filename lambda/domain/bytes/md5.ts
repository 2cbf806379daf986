/**
 * Gives the MD5 of bytes in lower-case hex: a checksum to compare with what S3 says of an object, never a proof against forgery.
 */
export type Md5 = (content: Uint8Array) => string;
