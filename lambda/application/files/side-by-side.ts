/** Requests to the bucket at a time. */
const maxAtOnce = 8;

/** What `act` gives for each, in their order; a few are dealt with at a time. Throws what the first of them throws. */
export async function sideBySide<Entry, Outcome>(
  entries: readonly Entry[],
  act: (entry: Entry) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < entries.length; at += maxAtOnce) {
    outcomes.push(...(await Promise.all(entries.slice(at, at + maxAtOnce).map(act))));
  }
  return outcomes;
}
