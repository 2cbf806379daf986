const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const listStart = 0x5b;
/** What ends a list of values, or shows that it is none: `]`, another list, and objects. */
const listEnds = [0x5d, listStart, 0x7b, 0x7d];

/** Longer strings are no field names of ours. */
const longestName = 64;

/**
 * Part of the streaming JSON parser: collects a JSON text with the values of certain string fields replaced by their
 * numbers. It implements just enough of the grammar to find those values; whether the whole is valid, JSON.parse
 * decides at the end.
 */
export class Skeleton {
  private readonly parts: Buffer[] = [];
  private readonly wanted: ReadonlySet<string>;
  private readonly wantedLists: ReadonlySet<string>;
  private length = 0;
  private inString = false;
  private escaped = false;
  /** The inside of the string being read or just read, until something else than a colon follows. */
  private word: string | undefined;
  /** The name whose value comes next. */
  private name: string | undefined;
  /** The name of the list being read, where its entries are values to extract. */
  private list: string | undefined;

  constructor(wanted: readonly string[], wantedLists: readonly string[]) {
    this.wanted = new Set(wanted);
    this.wantedLists = new Set(wantedLists);
  }

  /** How many bytes have been collected. */
  get bytes(): number {
    return this.length;
  }

  /**
   * Reads a piece up to its end, or to the start of a value to extract; returns the bytes read, and the value's field.
   */
  read(piece: Buffer): { readonly length: number; readonly field?: string } {
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      if (this.inString) this.readInString(byte);
      else if (byte === quote && (this.list !== undefined || this.isNamedIn(this.wanted))) {
        const field = this.list ?? this.name ?? '';
        this.name = undefined;
        this.keep(piece.subarray(0, at));
        return { length: at + 1, field };
      } else this.readBetween(byte);
    }
    this.keep(piece);
    return { length: piece.length };
  }

  /** Puts the number of a value in its place; an empty text where there was none. */
  mark(number: number | undefined): void {
    this.keep(Buffer.from(`"${number ?? ''}"`));
  }

  /** Takes up the value that has just been found as a string like any other: the next piece begins with its inside. */
  enter(): void {
    this.keep(Buffer.from('"'));
    this.inString = true;
    this.word = undefined;
  }

  text(): string {
    return Buffer.concat(this.parts).toString('utf8');
  }

  private isNamedIn(names: ReadonlySet<string>): boolean {
    return this.name !== undefined && names.has(this.name);
  }

  private readInString(byte: number): void {
    if (byte === quote && !this.escaped) {
      this.inString = false;
      return;
    }
    this.escaped = byte === backslash && !this.escaped;
    if (this.word !== undefined && this.word.length <= longestName) this.word += String.fromCharCode(byte);
  }

  private readBetween(byte: number): void {
    const isSpace = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
    if (isSpace) return;
    if (listEnds.includes(byte)) {
      this.list = byte === listStart && this.isNamedIn(this.wantedLists) ? this.name : undefined;
    }
    this.name = byte === colon ? nameFrom(this.word) : undefined;
    this.inString = byte === quote;
    this.word = this.inString ? '' : undefined;
  }

  /** By copy, so that a few bytes don't hold on to the piece they came in. */
  private keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.parts.push(Buffer.from(bytes));
    this.length += bytes.length;
  }
}

/** A name may be written with escapes, too. */
function nameFrom(word: string | undefined): string | undefined {
  if (word === undefined || !word.includes('\\')) return word;
  try {
    return String(JSON.parse(`"${word}"`));
  } catch {
    return undefined;
  }
}
