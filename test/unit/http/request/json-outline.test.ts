import { describe, expect, it } from 'vitest';
import { limits } from '../../../../lambda/contract/limits.ts';
import { checkOutline } from '../../../../lambda/http/request/json-outline.ts';
import { readSubmission } from '../../../../lambda/http/submission/submission-request.ts';
import { jsonRequest, requestWith } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';
import { dataUri } from '../sample-forms.ts';

const filled = (unit: string, bytes = limits.bodyBytes): string =>
  `{"model":"a/b","a":[${unit.repeat(Math.floor(bytes / unit.length) - 20)}0]}`;

/** How many letters of a body are looked at before it is refused. */
async function lettersRead(body: string): Promise<number> {
  let read = 0;
  const watched = Object.assign(new String(body), {
    charCodeAt: (at: number) => {
      read += 1;
      return body.charCodeAt(at);
    },
  });
  expect((await refusalOf(() => checkOutline(watched as string))).code).toBe('invalid_request');
  return read;
}

describe('checkOutline', () => {
  it('takes as many values as the limit, and not one more', async () => {
    const list = (values: number) => `[${'0,'.repeat(values - 1)}0]`;
    expect(() => checkOutline(list(limits.jsonValues))).not.toThrow();
    expect((await refusalOf(() => checkOutline(list(limits.jsonValues + 1)))).message).toContain(
      `${limits.jsonValues}`,
    );
  });

  it('counts nothing that stands within text, whatever is escaped there', () => {
    const marks = ',[{:'.repeat(60_000);
    expect(() => checkOutline(JSON.stringify({ a: marks }))).not.toThrow();
    expect(() => checkOutline(`{"a":"\\"${marks}\\\\","b":"${marks}`)).not.toThrow();
  });

  it.each(['\\', '\\\\', '"', '\\"', '"\\', '\\\\"', '"\\\\', '\\"\\"', 'a\\\\\\'])(
    'finds the end of the text %j however it is escaped',
    (text) => {
      const marks = ',[{:'.repeat(60_000);
      expect(() => checkOutline(JSON.stringify({ a: text, b: marks }))).not.toThrow();
      expect(() => checkOutline(JSON.stringify({ a: text, b: Array(limits.jsonValues).fill(0) }))).toThrow('values');
    },
  );

  it.each(['{},', '[],', '1,', '"",', '[', '{"a":', '{"image_url":"data:;base64,AAAA"},'])(
    'stops reading four megabytes of %j at the limit',
    async (unit) => {
      const body = filled(unit);
      expect(body.length).toBeGreaterThan(limits.bodyBytes - 1000);
      expect(await lettersRead(body)).toBeLessThan((limits.jsonValues + 30) * unit.length);
    },
  );

  it('leaves images of any size to their own limits, and refuses other text far beyond the limit for parameters', async () => {
    const image = dataUri(Buffer.alloc(3_000_000, 7));
    const prompt = 'x'.repeat(30_000);
    const fields = { model: 'a/b', prompt, image };
    expect((await readSubmission(jsonRequest(fields), 'edit')).images).toHaveLength(1);
    expect(() => checkOutline(JSON.stringify({ ...fields, image: image.replace('data', 'DATA') }))).not.toThrow();
    const refusal = await refusalOf(() => checkOutline(JSON.stringify({ ...fields, image: image.slice(1) })));
    expect(refusal.message).toContain(`${limits.parameterBytes} bytes`);
  });

  it('leaves what is allowed alone, however it is escaped and laid out', async () => {
    const text = Array.from({ length: 30_000 }, () => '\\u0041').join('');
    const notes = Array.from({ length: 7 }, (_, at) => `"note${at}":\n\t"${text}"`).join(`,${' '.repeat(100_000)}`);
    const received = await readSubmission(requestWith(`{"model":"a/b","prompt":"x",${notes}}`), 'generation');
    expect(received.submission.extra.note6).toBe('A'.repeat(30_000));
  });
});
