/** A store has refused a write: it was not made, and never will be. Any other error of a write leaves that open. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}
