import { describe, expect, it } from 'vitest';
import type { JsonValue, Submission } from '../../../lambda/domain/generation.ts';
import { barest, catalog, outcomeOf, saying, values, type Work, works } from './every-request.ts';
import { textOf } from './recording-providers.ts';

/** What came of a submission, with its requests as text. */
async function toldOf(work: Work, submission: Submission) {
  const outcome = await outcomeOf(work, submission);
  return { ...outcome, sent: outcome.sent.map(textOf).join('\n') };
}

/** Every field that may be said of a work, with each of its values. */
function* fieldsOf({ candidate, operation, editType }: Work): Generator<readonly [string, JsonValue]> {
  for (const [name, each] of Object.entries(values)) for (const value of each) yield [name, value];
  yield ['an_unknown_field', 'x'];
  for (const name of catalog.specOf(candidate)?.extras ?? []) yield [name, '1'];
  if (operation === 'edit' && editType === 'background_removal') yield ['prompt', 'keep the hat'];
}

/** What the removal of a background is anyway. */
const cutOut: Readonly<Record<string, JsonValue>> = { background: 'transparent', output_format: 'png' };

/** Saying these is saying nothing: they are what a model does when it isn't told. */
const isDefault = ({ editType }: Work, name: string, value: JsonValue): boolean =>
  value === 'auto' ||
  (editType === 'background_removal' ? cutOut[name] === value : name === 'background' && value === 'opaque');

describe('what becomes of a field', () => {
  it.each(works)('is never a secret: $title', async (work) => {
    const before = await toldOf(work, barest(work));
    expect(before).toMatchObject({ sent: expect.stringContaining('provider.example') });
    expect(before.refused).toBeUndefined();
    const secrets: string[] = [];
    const lies: string[] = [];
    for (const [name, value] of fieldsOf(work)) {
      const after = await toldOf(work, saying(work, name, value));
      const told = after.warnings.filter(({ param }) => param === name);
      const isSent = after.sent !== before.sent;
      const isKnown = after.refused !== undefined || told.length > 0 || isSent || isDefault(work, name, value);
      if (!isKnown) secrets.push(`${name}=${value}`);
      const isSaidToBeLeftOut = told.length > 0 && told.every(({ code }) => code === 'param_dropped');
      if (isSaidToBeLeftOut && isSent) lies.push(`${name}=${value}`);
    }
    expect({ secrets, lies }).toEqual({ secrets: [], lies: [] });
  });

  it('is looked at for every model, in every way in which it may be asked', () => {
    expect(new Set(works.map(({ candidate }) => `${candidate.provider}/${candidate.model}`)).size).toBe(
      catalog.models.length,
    );
    expect(works.length).toBeGreaterThan(80);
  });
});
