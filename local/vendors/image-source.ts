/** Draws an image when its turn in the answer has come, so that a large answer is never in memory as a whole. */
export type ImageSource = () => Promise<Buffer>;
