/** A write that the store refused because of the size that the item would have. It has changed nothing, and never will. */
export class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge';
}
