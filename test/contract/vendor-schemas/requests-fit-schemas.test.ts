import { describe, expect, it } from 'vitest';
import { compileRequests } from './compile-requests.ts';
import { recordedRequests } from './recorded-requests.ts';
import { vendorSchemas } from './schemas.ts';

describe.each(vendorSchemas)("the requests of $provider's adapter", (schema) => {
  it("are what the vendor's own types allow, in names and in values", async () => {
    const requests = await recordedRequests(schema.provider);
    expect(requests.length).toBeGreaterThan(1);
    expect(await compileRequests(schema, requests)).toEqual([]);
  });

  it('would be found to hold a strange name, or a strange value', async () => {
    const bare = (await recordedRequests(schema.provider)).find((each) => schema.typeOf(each) !== undefined);
    if (!bare) throw new Error('There is no request that the schema has.');
    const saying = (more: string) => ({ ...bare, fields: bare.fields.replace('{ ', `{ ${more}, `) });
    expect(await compileRequests(schema, [saying('oddity: 1'), saying(schema.wrong)])).toEqual([
      expect.stringContaining("'oddity' does not exist"),
      expect.stringContaining('is not assignable to type'),
    ]);
  });

  it('are all in the schema, but for those that are known to be missing there', async () => {
    const missing = (await recordedRequests(schema.provider)).filter((each) => schema.typeOf(each) === undefined);
    const models = new Set(missing.map(({ title }) => title.split(' ')[0]));
    expect([...models]).toEqual(Object.keys(schema.unknown ?? {}));
  });
});
