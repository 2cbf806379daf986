import { describe, expect, it } from 'vitest';
import { limits } from '../../../lambda/contract/limits.ts';
import { readSubmission } from '../../../lambda/http/submission-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createPlanRequest } from '../../../lambda/providers/shared/plan-request.ts';
import { refusalOf } from './refusal.ts';
import { jsonRequest } from './sample-events.ts';
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

  it('lets no job have more warnings than its item can hold, so that a paid result can always be kept', async () => {
    const longest = (at: number) => `${String(at).padStart(3, '0')}${'\u0001'.repeat(limits.partNameBytes - 3)}`;
    const { submission } = await read(named(others, longest));
    const plan = createPlanRequest(createCatalog({ openai: { baseUrl: '' } }).rowOf);
    const { warnings } = plan({ provider: 'openai', model: 'gpt-image-2' }, submission, [], undefined);
    expect(warnings).toHaveLength(others);
    // DynamoDB takes 400 KiB; half of it is left for everything else.
    expect(Buffer.byteLength(JSON.stringify(warnings))).toBeLessThan(200 * 1024);
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
