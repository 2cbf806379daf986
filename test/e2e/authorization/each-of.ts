/** Goes through a list with so many at a time, and gives what came of each in the list's order. */
export async function eachOf<Item, Value>(
  items: readonly Item[],
  atATime: number,
  act: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) values[at] = await act(items[at] as Item);
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return values;
}
