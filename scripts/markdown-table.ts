/** A table in Markdown. Bars within a cell are escaped, also in code, as GitHub reads them. */
export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** A word in code. */
export const code = (text: string): string => `\`${text}\``;
