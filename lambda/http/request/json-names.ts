import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';

/** What an object has until its first name, since millions of empty ones go into a body. */
const unnamed = new Set<string>();

/**
 * Refuses names that repeat within one object, as the structure of a JSON text passes: parsers keep the last of such
 * members and drop the others in silence (RFC 8259, 4). Text that is no JSON is left to the parser.
 */
export class JsonNames {
  /** The objects and lists that are open, outermost first: the names of an object so far, undefined for a list. */
  private readonly open: (Set<string> | undefined)[] = [];
  private isNameNext = false;
  /** The body's own field that is being read. */
  private field = '';

  /** Takes one of the characters `{}[],` from outside strings. */
  structure(character: string): void {
    if (character === '{') this.open.push(unnamed);
    else if (character === '[') this.open.push(undefined);
    else if (character !== ',') this.open.pop();
    this.isNameNext = (character === '{' || character === ',') && this.open.at(-1) !== undefined;
  }

  /** Whether the next string is a name, and no value. */
  get wantsName(): boolean {
    return this.isNameNext;
  }

  /** Takes a name as it is written between its quotes. Throws `invalid_request` if its object has it already. */
  name(written: string): void {
    this.isNameNext = false;
    const name = unescaped(written);
    const names = this.open.pop();
    const isRepeated = names?.has(name);
    this.open.push(names === unnamed ? new Set([name]) : names?.add(name));
    if (isRepeated) throw this.repeated(name);
    if (this.open.length === 1) this.field = name;
  }

  private repeated(name: string): GatewayError {
    const isWithin = this.open.length > 1 && this.field !== '';
    const param = shownName(isWithin ? this.field : name);
    const place = isWithin ? `one object of "${param}"` : 'the body';
    const message = `The name "${shownName(name)}" is in ${place} more than once. Send each name once.`;
    return new GatewayError('invalid_request', message, { param });
  }
}

/** Names are equal if they are so once they are parsed: `"im\u0061ge"` is another spelling of `"image"`. */
function unescaped(written: string): string {
  if (!written.includes('\\')) return written;
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}
