import { readFileSync, writeFileSync } from 'node:fs';

const page = new URL('../../docs/reliability.md', import.meta.url);

/** Puts a text between the page's markers of that name. Throws where the page has none. */
export function writeSection(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name}: written by npm run chaos -->`, `<!-- end of ${name} -->`];
  const before = readFileSync(page, 'utf8');
  const [head, rest = ''] = before.split(begin);
  const [old, tail] = rest.split(end);
  if (old === undefined || tail === undefined) throw new Error(`docs/reliability.md has no section ${name}.`);
  writeFileSync(page, `${head}${begin}\n\n${text}\n\n${end}${tail}`);
}
