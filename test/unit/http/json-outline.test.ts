import { describe, expect, it } from 'vitest';
import { limits } from '../../../lambda/contract/limits.ts';
import { checkOutline } from '../../../lambda/http/json-outline.ts';
import { readSubmission } from '../../../lambda/http/submission-request.ts';
import { refusalOf } from './refusal.ts';
import { jsonRequest, requestWith } from './sample-events.ts';
import { dataUri } from './sample-forms.ts';

const check = (text: string): void => checkOutline(Buffer.from(text));
const filled = (unit: string, bytes = limits.bodyBytes): string =>
  `{"model":"a/b","a":[${unit.repeat(Math.floor(bytes / unit.length) - 20)}0]}`;

/** How many bytes of a body are looked at before it is refused. */
async function bytesRead(body: Buffer): Promise<number> {
  let read = 0;
  const watched = new Proxy(body, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) read += 1;
      return Reflect.get(target, name, target);
    },
  });
  expect((await refusalOf(() => checkOutline(watched))).code).toBe('invalid_request');
  return read;
}

describe('checkOutline', () => {
  it('takes as many values as the limit, and not one more', async () => {
    const list = (values: number) => `[${'0,'.repeat(values - 1)}0]`;
    expect(() => check(list(limits.jsonValues))).not.toThrow();
    expect((await refusalOf(() => check(list(limits.jsonValues + 1)))).message).toContain(`${limits.jsonValues}`);
  });

  it('counts nothing that stands within text, whatever is escaped there', () => {
    const marks = ',[{:'.repeat(60_000);
    expect(() => check(JSON.stringify({ a: marks }))).not.toThrow();
    expect(() => check(`{"a":"\\"${marks}\\\\","b":"${marks}`)).not.toThrow();
  });

  it.each(['{},', '[],', '1,', '"",', '[', '{"a":', '{"image_url":"data:;base64,AAAA"},'])(
    'stops reading four megabytes of %j at the limit',
    async (unit) => {
      const body = Buffer.from(filled(unit));
      expect(body.length).toBeGreaterThan(limits.bodyBytes - 1000);
      // The start of a text is looked at twice, for its scheme.
      expect(await bytesRead(body)).toBeLessThan(2 * (limits.jsonValues + 10) * unit.length);
    },
  );

  it('leaves images of any size to their own limits, and refuses other text far beyond the limit for parameters', async () => {
    const image = dataUri(Buffer.alloc(3_000_000, 7));
    const prompt = 'x'.repeat(30_000);
    const fields = { model: 'a/b', prompt, image };
    expect((await readSubmission(jsonRequest(fields), 'edit')).images).toHaveLength(1);
    expect(() => check(JSON.stringify({ ...fields, image: image.replace('data', 'DATA') }))).not.toThrow();
    const refusal = await refusalOf(() => check(JSON.stringify({ ...fields, image: image.slice(1) })));
    expect(refusal.message).toContain(`${limits.parameterBytes} bytes`);
  });

  it('leaves what is allowed alone, however it is escaped and laid out', async () => {
    const text = Array.from({ length: 30_000 }, () => '\\u0041').join('');
    const notes = Array.from({ length: 7 }, (_, at) => `"note${at}":\n\t"${text}"`).join(`,${' '.repeat(100_000)}`);
    const received = await readSubmission(requestWith(`{"model":"a/b","prompt":"x",${notes}}`), 'generation');
    expect(received.submission.extra.note6).toBe('A'.repeat(30_000));
  });
});
