import { describe, expect, it } from 'vitest';
import { keepToProvider } from '../../../../lambda/application/submit/keep-to-provider.ts';
import { prepareJob } from '../../../../lambda/application/submit/prepare-job.ts';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import { withOwnKey } from '../../../../lambda/domain/keys/caller.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';

const catalog = {
  resolve(name: string) {
    const [provider = '', model = ''] = name.split('/');
    if (provider === 'nobody') throw new GatewayError('unknown_provider', 'No such provider.');
    return { provider, model };
  },
};

describe('keepToProvider', () => {
  it("keeps the fallbacks at the requested model's provider, and drops the others with a warning", () => {
    const asked = received({ model: 'xai/a', fallbacks: ['xai/b', 'openai/c', 'xai/d'] });
    expect(keepToProvider(catalog, ['openai', 'xai'], asked)).toEqual({
      ...asked,
      fallbacks: ['xai/b', 'xai/d'],
      warnings: [
        {
          code: 'fallback_dropped',
          param: 'fallbacks',
          message: "The request brought a key for xai, so the fallback openai/c can't be called.",
        },
      ],
    });
  });

  it('leaves the cache of known answers out, with a warning', () => {
    const cache = { key: 'k', ttlSeconds: 60, store: true };
    const kept = keepToProvider(catalog, ['xai'], received({ model: 'xai/a', cache }));
    expect(kept).not.toHaveProperty('cache');
    expect(kept.warnings).toMatchObject([{ code: 'cache_ignored' }]);
  });

  it('leaves what the stage does not serve to be dropped for that', () => {
    const asked = received({ model: 'xai/a', fallbacks: ['nobody/b'] });
    expect(keepToProvider(catalog, ['xai'], asked)).toEqual({ ...asked, warnings: [] });
  });

  it('refuses a model whose provider the stage does not pass keys to, and names those that it does', () => {
    expect(() => keepToProvider(catalog, ['openai', 'xai'], received({ model: 'vertex/a' }))).toThrow(
      expect.objectContaining({
        code: 'unsupported_operation',
        param: 'model',
        message: expect.stringMatching(/"vertex".*openai, xai/),
      }),
    );
  });
});

describe('prepareJob', () => {
  const { submitting } = createApiFixture();
  const identity = { id: 'job-1', createdAt: 0, marks: { images: [] } };
  const prepared = async (caller = sampleCaller()) =>
    (await prepareJob(submitting, caller, 'request-1', received(), identity)).order;

  it('makes a job of its caller where the request brought a key', async () => {
    expect(await prepared(sampleCaller({ passThrough: ['openai'] }))).toMatchObject({ credential: 'caller' });
    expect(await prepared()).not.toHaveProperty('credential');
  });

  it('reserves nothing for such a job, and needs no price for it', async () => {
    const budgets = [{ micros: 1, period: '1d' as const }];
    const caller = withOwnKey(sampleCaller({ limits: { budgets } }), ['openai']);
    const asked = (plan: typeof submitting.plan) =>
      prepareJob({ ...submitting, plan }, caller, 'request-1', received(), identity);
    const quoting: typeof submitting.plan = (...given) => ({ ...submitting.plan(...given), quote: { worst: 50_000 } });
    const unpriced: typeof submitting.plan = (...given) => {
      const { quote: _, ...planned } = submitting.plan(...given);
      return planned;
    };
    for (const plan of [quoting, unpriced]) expect((await asked(plan)).order.reserved ?? 0).toBe(0);
    const stages = sampleCaller({ limits: { budgets } });
    const { order } = await prepareJob({ ...submitting, plan: quoting }, stages, 'request-1', received(), identity);
    expect(order.reserved).toBe(50_000);
  });

  it('asks what the virtual key may use all the same', async () => {
    const caller = sampleCaller({ passThrough: ['openai'], providers: { openai: ['better'] } });
    await expect(prepared(caller)).rejects.toMatchObject({ code: 'model_blocked' });
  });
});
