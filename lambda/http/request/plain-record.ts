/**
 * An object with just these members and no prototype, so that a name such as `__proto__` or `constructor`, which a
 * client may choose freely, is a member like any other and never reaches what objects inherit.
 */
export function plainRecord<V>(entries: Iterable<readonly [string, V]>): Record<string, V> {
  const record: Record<string, V> = Object.create(null);
  for (const [name, value] of entries) record[name] = value;
  return record;
}
