/** Draws an image when its turn in the answer has come, so that a large answer never stands in memory as a whole. */
export type ImageSource = () => Promise<Buffer>;
