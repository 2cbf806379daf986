/**
 * Decodes the inside of a JSON string that holds base64, piece by piece, wherever the pieces are cut. Takes JSON's
 * escapes (some writers send `\/` and `\u003d`), those of addresses (`%2B`), line breaks, missing padding, the URL-safe
 * alphabet, and a leading `data:…;base64,`. Works on whole pieces with the runtime's own decoder: results can be 100 MB long.
 */
export class Base64Decoder {
  /** What can't be decoded before more has come: an unfinished escape in `raw`, less than four characters in `pending`. */
  private raw = '';
  private pending = '';
  private begun = false;
  private padded = false;

  /** The bytes that became complete with this piece. Throws a SyntaxError for what isn't base64. */
  push(piece: Buffer): Buffer {
    this.raw += piece.toString('latin1');
    const whole = wholeEscapes(this.raw);
    this.pending += withoutSpace(unescaped(this.raw.slice(0, whole)));
    this.raw = this.raw.slice(whole);
    if (!this.begun && !this.skipPrefix()) return Buffer.alloc(0);
    return this.decode(this.pending.length - (this.pending.length % 4));
  }

  /** The bytes that were still waiting. Throws a SyntaxError where the text breaks off within a character or a byte. */
  end(): Buffer {
    if (this.raw !== '') throw new SyntaxError('the string ends within an escape sequence');
    if (!this.begun && isDataAddress(this.pending)) throw new SyntaxError('the data address has no content');
    return this.decode(this.pending.length);
  }

  /** True once it is known where the base64 begins. */
  private skipPrefix(): boolean {
    if (this.pending.length < 'data:'.length) return false;
    if (isDataAddress(this.pending)) {
      const comma = this.pending.indexOf(',');
      if (comma > maxPrefix || (comma < 0 && this.pending.length > maxPrefix)) {
        throw new SyntaxError('the data address has no content');
      }
      if (comma < 0) return false;
      if (!/;base64$/i.test(this.pending.slice(0, comma))) throw new SyntaxError('the data address is not in base64');
      this.pending = this.pending.slice(comma + 1);
    }
    this.begun = true;
    return true;
  }

  private decode(length: number): Buffer {
    const text = this.pending.slice(0, length);
    this.pending = this.pending.slice(length);
    if (text === '') return Buffer.alloc(0);
    if (this.padded) throw new SyntaxError('the base64 text continues after its padding');
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    this.padded = padding > 0;
    const isCut = text.length % 4 === 1 || (this.padded && text.length % 4 !== 0);
    if (isCut) throw new SyntaxError('the base64 text is truncated');
    const bytes = Buffer.from(text, 'base64');
    // The runtime's decoder skips what it doesn't know, and then makes fewer bytes than the text has room for.
    if (bytes.length !== Math.floor(((text.length - padding) * 3) / 4)) throw new SyntaxError('the text is not base64');
    return bytes;
  }
}

const maxPrefix = 256;

/** Whether a text is an address that holds what it leads to (RFC 2397). */
export const isDataAddress = (text: string): boolean => /^\s*data:/i.test(text);

/** How much of the text ends with a whole escape. */
function wholeEscapes(text: string): number {
  const last = Math.max(text.lastIndexOf('\\'), text.lastIndexOf('%'));
  if (last < 0 || last < text.length - 6) return text.length;
  const length = text[last] === '%' ? 3 : text[last + 1] === 'u' ? 6 : 2;
  return last + length > text.length ? last : text.length;
}

const escapes: Readonly<Record<string, string>> = { '/': '/', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  if (!/[\\%]/.test(text)) return text;
  return text.replace(
    /\\u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})|\\(.?)/gs,
    (_whole, unit: string | undefined, byte: string | undefined, letter: string | undefined) => {
      const hex = unit ?? byte;
      const character = hex === undefined ? escapes[letter ?? ''] : String.fromCharCode(Number.parseInt(hex, 16));
      if (character === undefined) throw new SyntaxError('the text is not base64');
      return character;
    },
  );
}

const withoutSpace = (text: string): string => (/\s/.test(text) ? text.replace(/\s+/g, '') : text);
