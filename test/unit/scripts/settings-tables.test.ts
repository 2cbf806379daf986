import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveStage } from '../../../lib/stage-config.ts';
import { stageDefaults } from '../../../lib/stage-defaults.ts';
import { settingRanges } from '../../../lib/stage-rules.ts';
import { settingsOf, settingsTables } from '../../../scripts/settings-tables.ts';
import { tableRows } from '../../support/markdown.ts';

const required = { name: 'x', providers: { openai: {} }, maximumConcurrency: 2, dataRetention: 'retain' } as const;
const pages = ['stage', 'inputs', 'heldAnswers', 'passThrough'] as const;
const fields = pages.flatMap(settingsOf);
const rows = pages.flatMap((name) => tableRows(settingsTables()[name] ?? '').slice(1));

describe('settingsTables', () => {
  it('have every setting of a stage, and no other', () => {
    expect(rows.map(([name = '']) => name.replaceAll('`', '')).toSorted()).toEqual(
      Object.keys(resolveStage(required)).toSorted(),
    );
  });

  it('say what is required', () => {
    const needed = rows.filter(([, , value]) => value === 'required').map(([name = '']) => name.replaceAll('`', ''));
    expect(needed.toSorted()).toEqual(Object.keys(required).toSorted());
  });

  it('give each default and each range as it is', () => {
    const of = (name: string) => rows.find(([first]) => first === `\`${name}\``);
    for (const [name, value] of Object.entries(stageDefaults))
      expect(of(name)?.[2], name).toBe(`\`${inspect(value)}\``);
    for (const [name, range] of Object.entries(settingRanges)) {
      expect(of(name)?.[1], name).toBe(range.map((end) => end.toLocaleString('en-US')).join(' to '));
    }
  });

  it('leave no setting without a default, or without a word on why it has none', () => {
    for (const [name, , value, meaning] of rows) expect([value, meaning], name).not.toContain('');
  });
});

describe('StageSettings', () => {
  it('says of each default in its comment what the code says', () => {
    const flat = (value: unknown): string => inspect(value).replaceAll(/(?<=\[) | (?=\])/g, '');
    for (const [name, value] of Object.entries(stageDefaults)) {
      expect(fields.find((field) => field.name === name)?.byDefault, name).toBe(flat(value));
    }
  });
});
