/** What a stage does with providers' keys that synchronous requests bring, as its function gets it. */
export interface PassThrough {
  /** The providers to which such keys are passed; at least one. */
  readonly providers: readonly string[];
  /**
   * The id or name of the virtual key under which a request runs that brings no other credential.
   * @default - such a request is refused
   */
  readonly owner?: string;
}
