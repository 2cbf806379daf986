/** What a body holds that must be stored, byte for byte, should it be accepted. */
export interface Sent {
  readonly images: readonly Buffer[];
  readonly mask?: Buffer;
  readonly prompt?: string;
}

/** A body that nobody meant well with. */
export interface HostileBody {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Absent where the body is so odd, or so damaged, that only a reader could tell. */
  readonly sent: Sent | undefined;
}
