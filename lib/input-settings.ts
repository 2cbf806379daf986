/** Settings of input images: from where they are fetched, how they reach providers, and what files owners may upload for them. */
export interface InputSettings {
  /**
   * Up to 10 hosts, as `host:port`, exempt from the SSRF guard: input images may be fetched from them over http or from a
   * private address, by any caller; from all others, over https from public addresses only. Never from a cloud's metadata
   * service.
   * @default []
   */
  readonly trustedInputHosts?: readonly string[];
  /**
   * `where_taken`: providers whose API takes addresses of input images get a presigned one, valid for 15 minutes, instead of the
   * bytes, which then don't leave through the function. Redrawn images are always sent as bytes.
   * @default 'never'
   */
  readonly inputAddresses?: 'never' | 'where_taken';
  /**
   * Lifetime of an uploaded file in seconds; an upload may ask for less, by `expires_after`. Files that exist keep theirs.
   * @default 86400
   */
  readonly fileRetentionSeconds?: number;
  /**
   * Uploaded files that an owner may have at a time.
   * @default 1000
   */
  readonly maxFilesPerOwner?: number;
  /**
   * Bytes that the uploaded files of an owner may have together.
   * @default 10000000000
   */
  readonly maxFileBytesPerOwner?: number;
}
