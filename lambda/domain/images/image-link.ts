/** A signed link to an image, as its parts stand in the address: all of them untrusted. */
export interface ImageLink {
  readonly jobId: string;
  readonly index: string;
  readonly expires: string;
  readonly signature: string;
}
