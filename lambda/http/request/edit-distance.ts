/** Fuzzy matching: the Levenshtein distance of two sequences, with a given cost of replacing one item by another. */
export function editDistance<T>(from: readonly T[], to: readonly T[], replacing: (one: T, other: T) => number): number {
  let before = to.map((_, at) => at + 1);
  from.forEach((one, row) => {
    let left = row + 1;
    before = to.map((other, at) => {
      const diagonal = at === 0 ? row : (before[at - 1] ?? 0);
      left = Math.min(left + 1, (before[at] ?? 0) + 1, diagonal + replacing(one, other));
      return left;
    });
  });
  return before.at(-1) ?? from.length;
}

/** The Levenshtein distance of two words: the letters to insert, delete or replace to turn one into the other. */
export const slipsBetween = (one: string, other: string): number =>
  editDistance([...one], [...other], (letter, instead) => (letter === instead ? 0 : 1));
