import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { acknowledgements } from '../../lib/acknowledgements.ts';
import { statementLines } from './role-statements.ts';
import { synthesizeStage } from './synthesized-stage.ts';

const page = 'docs/security.md';
const stage = synthesizeStage({ name: 'main' });

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (text: string): string => `\`${text}\``;

const sections: Readonly<Record<string, string>> = {
  permissions: table(
    ['function', 'may do', 'on'],
    functionNames.flatMap((name) =>
      statementLines(stage, name).map(({ actions, resources, condition }) => [
        name,
        actions.map(code).join(', '),
        `${resources.map(code).join(', ')}${condition === undefined ? '' : ` if ${code(condition)}`}`,
      ]),
    ),
  ),
  acknowledgements: acknowledgements
    .map(({ rule, at, reason }) => `- ${code(rule)} at ${at.map(code).join(', ')}: ${reason}`)
    .join('\n'),
};

/** The page with everything between its markers made anew from the stack. */
function renewed(text: string): string {
  return text.replaceAll(/(<!-- begin (\w+) -->\n)[\s\S]*?(\n<!-- end \2 -->)/g, (_, begin, name, end) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`${page} asks for a section "${name}", which nothing makes.`);
    return `${begin}${section}${end}`;
  });
}

describe(page, () => {
  const text = existsSync(page) ? readFileSync(page, 'utf8') : '';

  // `npx vitest run test/stack/security-page.test.ts --update` writes the page anew.
  it('says what the stack grants and which findings stand', async () => {
    await expect(renewed(text)).toMatchFileSnapshot(`../../${page}`);
  });

  it('holds every section', () => {
    for (const name of Object.keys(sections)) expect(text).toContain(`<!-- begin ${name} -->`);
  });
});
