/** Where a text was seen: a place's name, such as `the log` or `the table Keys`. */
export type Place = string;

/** All that was seen in each place of a running stack. */
export interface Sightings {
  add(place: Place, ...seen: readonly (string | Uint8Array)[]): void;
  /** The places where a text stands, in whatever way it may be written, in alphabetical order. Throws RangeError for a short one. */
  placesOf(text: string): readonly Place[];
}

/** In megabytes of pictures, the few letters of base64 that a shorter text leaves at a place of its own are found by chance. */
const minCharacters = 12;

export function createSightings(): Sightings {
  const seenIn = new Map<Place, string[]>();
  return {
    add(place, ...seen) {
      const texts = seenIn.get(place) ?? [];
      // One character for each byte, so that a search finds text in pictures, too.
      texts.push(...seen.map((each) => Buffer.from(each).toString('latin1')));
      seenIn.set(place, texts);
    },
    placesOf(text) {
      if (text.length < minCharacters) throw new RangeError(`"${text}" is too short to be told from chance.`);
      const spellings = spellingsOf(text);
      const isIn = (seen: string): boolean => spellings.some((spelling) => seen.includes(spelling));
      return [...seenIn].flatMap(([place, texts]) => (texts.some(isIn) ? [place] : [])).toSorted();
    },
  };
}

/**
 * How a text may be written where it passes through JSON, a URL, base64 or hex. In base64 it begins at any of three places of a
 * group, and its first and last letters hang on its neighbours.
 */
function spellingsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const inBase64 = [0, 1, 2].map((shift) => {
    const letters = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return letters.slice(shift === 0 ? 0 : shift + 1, -2);
  });
  const spellings = [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    bytes.toString('hex'),
    ...inBase64,
    ...inBase64.map((letters) => letters.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(spellings)];
}
