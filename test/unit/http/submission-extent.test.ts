import { describe, expect, it } from 'vitest';
import { limits } from '../../../lambda/contract/limits.ts';
import { itemLimits } from '../../../lambda/domain/jobs/item-limits.ts';
import { withWarnings } from '../../../lambda/domain/jobs/warnings.ts';
import { readSubmission } from '../../../lambda/http/submission/submission-request.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { jsonRequest } from '../../support/sample-events.ts';
import { refusalOf } from './refusal.ts';
import { formRequest } from './sample-forms.ts';

const required = { model: 'openai/gpt-image-2', prompt: 'x' };
const read = (more: object) => readSubmission(jsonRequest({ ...required, ...more }), 'generation');
const named = (count: number, name: (at: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), 1]));

describe('readSubmission, of many or long names', () => {
  const others = limits.parts - Object.keys(required).length;

  it('takes as many fields from JSON as from a form, with names as long', async () => {
    expect(Object.keys((await read(named(others, (at) => `f${at}`))).submission.extra)).toHaveLength(others);
    const refusal = await refusalOf(() => read(named(others + 1, (at) => `f${at}`)));
    expect(refusal).toMatchObject({ code: 'invalid_request' });
    expect(refusal.message).toContain(`at most ${limits.parts} fields`);
    expect((await read({ ['é'.repeat(128)]: 1 })).submission.extra).toEqual({ ['é'.repeat(128)]: 1 });
    expect((await refusalOf(() => read({ ['é'.repeat(129)]: 1 }))).message).toContain('256 bytes');
  });

  it('names the field whose name no message could show, by an escaped and cut name', async () => {
    for (const [name, shown] of [
      ['a\u0001b', 'a\\u{1}b'],
      ['\u0085', '\\u{85}'],
      ['\u0001'.repeat(253), `${'\\u{1}'.repeat(64)}…`],
    ] as const) {
      expect(await refusalOf(() => read({ [name]: 1 }))).toMatchObject({
        code: 'invalid_request',
        param: shown,
        message: `The name of the field "${shown}" holds control characters.`,
      });
      const form = formRequest([...Object.entries(required), [name, 'x']]);
      const refused = await refusalOf(() => readSubmission(form, 'edit'));
      // A line break or a zero ends a name in a form's head before anybody reads it.
      expect(refused.code).toBe('invalid_request');
    }
    expect((await refusalOf(() => read({ '': 1 }))).message).toContain('needs a name');
  });

  it('takes as long a text from JSON as from a form, for fields that the contract does not know', async () => {
    const text = (bytes: number) => 'é'.repeat(bytes / 2);
    expect((await read({ cfg: text(limits.textPartBytes) })).submission.extra.cfg).toHaveLength(65_536);
    for (const value of [text(limits.textPartBytes + 2), [text(limits.textPartBytes)]]) {
      expect(await refusalOf(() => read({ cfg: value }))).toMatchObject({ code: 'invalid_value', param: 'cfg' });
    }
  });

  it('lets no job have more warnings than its item has room for, and tells how many there are', async () => {
    const longest = (at: number) => `${String(at).padStart(3, '0')}${'"'.repeat(limits.partNameBytes - 3)}`;
    const { submission } = await read(named(others, longest));
    const plan = createPlanRequest(createCatalog({ openai: { baseUrl: '' } }).specOf);
    const planned = plan({ provider: 'openai', model: 'gpt-image-2' }, submission, [], undefined).warnings;
    expect(planned[0]?.param).toBe(`000${'"'.repeat(61)}…`);
    const kept = withWarnings([], planned);
    expect(kept).toHaveLength(itemLimits.warnings);
    expect(kept.at(-1)).toMatchObject({ code: 'warnings_omitted', count: others - itemLimits.warnings + 1 });
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(10 * 1024);
  });

  it('refuses long lists of fallbacks before it opens or names one', async () => {
    const refusal = { code: 'invalid_value', param: 'fallbacks' };
    const list = `[${'{},'.repeat(60_000)}{}]`;
    expect(await refusalOf(() => read({ fallbacks: list }))).toMatchObject(refusal);
    for (const fallbacks of [Array(6).fill('{'), '["",0,0,0,0,0]']) {
      expect((await refusalOf(() => read({ fallbacks }))).message).toContain('at most 5');
    }
    const parts = Array.from({ length: 6 }, () => ['fallbacks', '{'] as const);
    const form = formRequest([...Object.entries(required), ['image', Buffer.from('x'), 'x'], ...parts]);
    expect((await refusalOf(() => readSubmission(form, 'edit'))).message).toContain('at most 5');
  });

  it('counts a prompt by characters, as the OpenAPI document does, and not by UTF-16 units', async () => {
    const prompt = '🐻'.repeat(limits.promptCharacters);
    expect((await read({ prompt })).submission.prompt).toBe(prompt);
    const refusal = await refusalOf(() => read({ prompt: `${prompt}x` }));
    expect(refusal).toMatchObject({ code: 'invalid_value', param: 'prompt' });
    expect(refusal.message).toContain('at most 32000 characters');
  });
});
