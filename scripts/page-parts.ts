/** The generated parts of a page that is otherwise written by hand, by the names in their marks. */
export type PageParts = Readonly<Record<string, string>>;

const marked = /<!-- generated: (\w+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * A page with each of its marked parts regenerated. Throws where the page marks an unknown part, or lacks one: a table
 * that is in no page would go unnoticed.
 */
export function withParts(page: string, parts: PageParts): string {
  const missing = new Set(Object.keys(parts));
  const filled = page.replaceAll(marked, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`There is no generated part "${name}".`);
    missing.delete(name);
    return `<!-- generated: ${name} -->\n\n${part}\n\n<!-- end -->`;
  });
  if (missing.size > 0) throw new Error(`The page has no mark for ${[...missing].join(', ')}.`);
  return filled;
}
