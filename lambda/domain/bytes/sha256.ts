/** Gives the SHA-256 of bytes, or of a text in UTF-8, in lower-case hex. */
export type Sha256 = (content: Uint8Array | string) => string;
