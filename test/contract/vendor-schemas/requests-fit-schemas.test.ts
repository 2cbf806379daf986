import { beforeAll, describe, expect, it } from 'vitest';
import { compileRequests } from './compile-requests.ts';
import { type RecordedRequest, recordedRequests } from './recorded-requests.ts';
import { vendorSchemas } from './schemas.ts';

describe.each(vendorSchemas)("the requests of $provider's adapter", (schema) => {
  let requests: readonly RecordedRequest[];
  beforeAll(async () => {
    requests = await recordedRequests(schema.provider);
  });

  it("are what the vendor's own types allow, in names and in values", async () => {
    expect(requests.length).toBeGreaterThan(1);
    expect(await compileRequests(schema, requests)).toEqual([]);
  });

  it('would be found to hold a strange name, or a strange value', async () => {
    const bare = requests.find((each) => schema.typeOf(each) !== undefined);
    if (!bare) throw new Error('There is no request that the schema has.');
    const saying = (more: string) => ({ ...bare, fields: `{ ...${bare.fields}, ${more} }` });
    expect(await compileRequests(schema, [saying('oddity: 1'), saying(schema.wrong)])).toEqual([
      expect.stringContaining("'oddity' does not exist"),
      expect.stringContaining('is not assignable to type'),
    ]);
  });

  it('are all in the schema, but for those that are known to be missing there', () => {
    const missing = requests.filter((each) => schema.typeOf(each) === undefined);
    const models = new Set(missing.map(({ title }) => title.split(' ')[0]));
    expect([...models]).toEqual(Object.keys(schema.unknown ?? {}));
  });
});
