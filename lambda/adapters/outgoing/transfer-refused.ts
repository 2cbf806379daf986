/**
 * Why no image can be had from an address, however often it is tried: the address is not fetched (`not_a_url` to
 * `not_public`), or what its server says is no use.
 */
export type RefusalReason =
  | 'not_a_url'
  | 'spelling'
  | 'not_https'
  | 'credentials'
  | 'port'
  | 'not_public'
  | 'redirects'
  | 'status'
  | 'too_large'
  | 'interrupted'
  | 'unreachable';

/** An image that can't be fetched. The message completes "could not be fetched: …" and names no address. */
export class TransferRefused extends Error {
  override readonly name = 'TransferRefused';
  readonly reason: RefusalReason;
  /** Whether the message says what a name resolves to: by it, callers could map the stage's network. */
  readonly revealsName: boolean;

  constructor(
    reason: RefusalReason,
    why: string,
    { cause, revealsName = false }: { readonly cause?: unknown; readonly revealsName?: boolean } = {},
  ) {
    super(why, { cause });
    this.reason = reason;
    this.revealsName = revealsName;
  }
}
