import { describe, expect, it } from 'vitest';
import { answerSiteRequest } from '../../../../lambda/handlers/flows/answer-site-request.ts';
import { ask } from '../../../support/flow-fixture.ts';

const asking = (synchronousSeconds: number) => answerSiteRequest({ version: '1.2.3', synchronousSeconds });

describe('answerSiteRequest', () => {
  it('tells the version that it was given', async () => {
    expect((await ask(asking(60), { resource: '/health' })).body).toEqual({ status: 'ok', version: '1.2.3' });
  });

  it.each([
    [60, true],
    [0, false],
  ])('describes synchronous routes on a stage whose limit is %i s: %s', async (synchronousSeconds, isThere) => {
    const { body } = await ask(asking(synchronousSeconds), { resource: '/openapi.json' });
    expect(body.info.version).toBe('1.2.3');
    expect('/v1/images/generations' in body.paths).toBe(isThere);
    expect('/v1/async/images/generations' in body.paths).toBe(true);
  });

  it('says of a path that no route has which may have been meant, of those that the stage has', async () => {
    const stray = { resource: '/{proxy+}', pathParameters: { proxy: 'v1/images/generation' }, method: 'POST' };
    const message = async (limit: number) => (await ask(asking(limit), stray)).body.error.message;
    expect(await message(60)).toContain('Did you mean POST /v1/images/generations?');
    expect(await message(0)).not.toContain('POST /v1/images/generations?');
  });
});
