/** A field of an interface, or an entry of an object, with its doc comment. */
export interface DocumentedField {
  readonly name: string;
  readonly isOptional: boolean;
  /** Its type, or its value, as it is written; empty for an entry that is named as its value. */
  readonly text: string;
  readonly description: string;
  /** What follows `@default`; undefined where there is none. */
  readonly byDefault: string | undefined;
}

/**
 * The documented fields between an opening line such as `export interface StageSettings` and its closing brace. Throws
 * where the source has no such opening, or a field without a comment: a page could say nothing of it.
 */
export function documentedFields(source: string, opening: string): readonly DocumentedField[] {
  const [, body] = new RegExp(`^${opening}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source) ?? [];
  if (body === undefined) throw new Error(`The source has no "${opening}".`);
  return [
    ...body.matchAll(/^ {2}(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2})?(?:readonly )?(\w+)(?:(\??): (.+?))?[;,]$/gm),
  ].map(([, comment, name = '', mark, text = '']) => {
    if (comment === undefined) throw new Error(`${opening}: ${name} has no doc comment.`);
    const [description = '', byDefault] = plainText(comment).split(/ ?@default /);
    return { name, isOptional: mark === '?', text, description, byDefault };
  });
}

/** A doc comment in one line, without its asterisks. */
const plainText = (comment: string): string =>
  comment
    .split('\n')
    .map((line) => line.replace(/^ *\* ?/, '').trim())
    .filter(Boolean)
    .join(' ');
