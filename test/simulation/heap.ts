/**
 * Items by the time that they are due at, and those of one time by their order: a binary heap. Times and orders stand in arrays
 * of numbers, which are compared without a look at the items.
 */
export class Heap<Item> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The time of the item that is due first; infinite where there is none. */
  get firstAt(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  push(time: number, order: number, item: Item): void {
    const [times, orders] = [this.#times, this.#orders];
    let at = this.#items.length;
    this.#put(at, time, order, item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent] as number;
      if (parentTime < time || (parentTime === time && (orders[parent] as number) <= order)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, order, item);
  }

  /** Takes the item that is due first; undefined where there is none. */
  pop(): Item | undefined {
    const first = this.#items[0];
    const [time, order, item] = [this.#times.pop(), this.#orders.pop(), this.#items.pop()];
    if (this.size > 0) this.#sink(time as number, order as number, item as Item);
    return first;
  }

  /** Puts an item in where the first one was. */
  #sink(time: number, order: number, item: Item): void {
    const { length } = this.#items;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && this.#isBefore(child + 1, child)) child += 1;
      const childTime = this.#times[child] as number;
      if (childTime > time || (childTime === time && (this.#orders[child] as number) >= order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, order, item);
  }

  #isBefore(one: number, other: number): boolean {
    const [time, otherTime] = [this.#times[one] as number, this.#times[other] as number];
    return time < otherTime || (time === otherTime && (this.#orders[one] as number) < (this.#orders[other] as number));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#orders[from] as number, this.#items[from] as Item);
  }

  #put(at: number, time: number, order: number, item: Item): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#items[at] = item;
  }
}
