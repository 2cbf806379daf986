/** A signed link to an image, as its parts stand in the address: all of them untrusted. */
export interface ImageLink {
  readonly jobId: string;
  readonly index: string;
  readonly expires: string;
  readonly signature: string;
}

/** How long a presigned address lives: short, since credentials that signed it may end, and it can't be called back. */
export const presignedSeconds = 15 * 60;
