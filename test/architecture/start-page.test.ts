import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failurePolicies } from '../../lambda/domain/failure.ts';
import type { Attempt } from '../../lambda/domain/jobs/attempt.ts';
import { jobStatuses } from '../../lambda/domain/jobs/job.ts';
import { possibleSteps } from '../support/job-transitions.ts';
import { codeBlocks, section, tableRows } from '../support/markdown.ts';
import { arrowsOf } from '../support/state-diagram.ts';

const page = readFileSync('docs/start.md', 'utf8');

/** What is named by its path on the page, in backticks or in the picture. */
const pathsOn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w/.-])((?:[\w.-]+\/)+(?:[\w.-]+\.\w+)?)(?=[`"<, ])/g)].map(([, path = '']) => path);

/** Where a path of the page leads: below the root, or below `lambda/`. */
const found = (path: string): string | undefined => [path, `lambda/${path}`].find((each) => existsSync(each));

const [jobDiagram = ''] = codeBlocks(section(page, '## A job'), 'mermaid');
const [attemptDiagram = ''] = codeBlocks(section(page, '## An attempt'), 'mermaid');
const glossary = tableRows(section(page, '## Glossary')).slice(1);

describe('docs/start.md', () => {
  it('names no file or folder that is not there', () => {
    const paths = pathsOn(page);
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.filter((path) => found(path) === undefined)).toEqual([]);
  });

  it('says in the glossary which file has the word', () => {
    const terms = glossary.map(([term = '', , file = '']) => ({
      word: /`(\w+)`/.exec(term)?.[1] ?? term,
      file: file.replaceAll('`', ''),
    }));
    expect(terms.length).toBeGreaterThan(20);
    const absent = terms.filter(({ word, file }) => {
      const path = found(file);
      return path === undefined || !readFileSync(path, 'utf8').toLowerCase().includes(word.toLowerCase());
    });
    expect(absent).toEqual([]);
  });

  it("draws every change of a job's status that the transitions allow, and no other", () => {
    const drawn = arrowsOf(jobDiagram)
      .filter(({ from }) => from !== '[*]')
      .flatMap(({ from, to, label }) => label.split(', ').map((name) => `${from} --> ${to}: ${name}`));
    const allowed = possibleSteps()
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, name }) => `${from} --> ${to}: ${name}`);
    expect(drawn.toSorted()).toEqual([...new Set(allowed)].toSorted());
    expect(jobStatuses.filter((status) => !jobDiagram.includes(status))).toEqual([]);
  });

  it('names the transitions that leave the status as it is', () => {
    const sources = ['transitions', 'endings'].map((file) => readFileSync(`lambda/domain/jobs/${file}.ts`, 'utf8'));
    const names = [...sources.join('\n').matchAll(/^ +name: '(\w+)'/gm)].map(([, name = '']) => name);
    expect([...new Set(possibleSteps().map(({ name }) => name))].toSorted()).toEqual(names.toSorted());
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(section(page, '## A job')))).toEqual([]);
  });

  it('draws every outcome of an attempt, and no other', () => {
    const outcomes = { started: true, succeeded: true, abandoned: true, ...failurePolicies } satisfies Record<
      Attempt['outcome'],
      unknown
    >;
    const drawn = new Set(arrowsOf(attemptDiagram).map(({ to }) => to));
    expect([...drawn].toSorted()).toEqual(Object.keys(outcomes).toSorted());
  });

  it('leads from at least forty wishes to a file or a page each', () => {
    const rows = tableRows(section(page, '## To change X, open Y')).filter(([first]) => first !== 'to add or change');
    expect(rows.length).toBeGreaterThanOrEqual(40);
    const nowhere = rows.filter(([, where = '']) => pathsOn(where).length === 0 && !/\]\([\w./]+\.md/.test(where));
    expect(nowhere).toEqual([]);
  });

  it('is where the README and CONTRIBUTING.md send whoever starts', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md']) expect(readFileSync(file, 'utf8')).toContain('docs/start.md');
  });
});
