/** The value below which that share of the values lies, 0 to 1; of none, 0. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

export const medianOf = (values: readonly number[]): number => quantile(values, 0.5);
