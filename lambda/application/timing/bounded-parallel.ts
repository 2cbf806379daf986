/**
 * Works on items side by side, at most `max` at a time, and gives the results in the items' order. Once all are done it throws what
 * the first of those that failed has thrown.
 */
export async function boundedParallel<Item, Result>(
  items: readonly Item[],
  max: number,
  work: (item: Item) => Result | Promise<Result>,
): Promise<readonly Result[]> {
  const outcomes: PromiseSettledResult<Result>[] = [];
  const waiting = items.entries();
  async function workThrough(): Promise<void> {
    // All share one iterator, so that each item is taken once.
    for (const [at, item] of waiting) {
      const [outcome] = await Promise.allSettled([(async () => work(item))()]);
      outcomes[at] = outcome;
    }
  }
  await Promise.all(Array.from({ length: max }, workThrough));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
