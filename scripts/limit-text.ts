/** A limit's number with its thousands apart, and in the unit that people use where that is a whole one. */
export function limitText(name: string, value: number): string {
  const plain = value.toLocaleString('en-US');
  const [size, unit] = unitsOf(name).find(([each]) => value >= each && value % each === 0) ?? [];
  return size === undefined ? plain : `${plain} (${value / size} ${unit})`;
}

function unitsOf(name: string): readonly (readonly [number, string])[] {
  if (name.endsWith('Seconds')) return [[86_400, 'days']];
  if (!/Bytes(?:PerSecond)?$/.test(name)) return [];
  return [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ];
}
