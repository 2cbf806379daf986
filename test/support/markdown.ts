/** A section of a page, from its heading to the next of the same depth or less. Throws where the page has none. */
export function section(page: string, heading: string): string {
  const [, depth = ''] = /^(#+)/.exec(heading) ?? [];
  const from = page.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`The page has no section "${heading}".`);
  const rest = page.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${depth.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The cells of each row of the tables in a text, rulers left out. A bar within a cell is escaped. */
export const tableRows = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^\|(.+)\|$/gm)]
    .map(([, cells = '']) => cells.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter(([first = '']) => !/^-+$/.test(first));

/** The rows whose first cell is a name in backticks. */
export const namedRows = (text: string): readonly (readonly string[])[] =>
  tableRows(text).filter(([first = '']) => first.startsWith('`'));

/** The first cells of the named rows of a section, without their backticks. */
export const namesIn = (page: string, heading: string): readonly string[] =>
  namedRows(section(page, heading)).map(([first = '']) => first.replaceAll('`', ''));

/** The blocks of code in a language, without their fences. */
export const codeBlocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
