import { describe, expect, it } from 'vitest';
import { resultKeys } from '../../../../../lambda/application/attempt/storage/attempt-keys.ts';
import { maxRawCharacters } from '../../../../../lambda/application/attempt/storage/raw-sides.ts';
import { rawBodies } from '../../../../../lambda/application/serve/raw-bodies.ts';
import { ProviderFailure } from '../../../../../lambda/domain/failure.ts';
import type { JsonValue } from '../../../../../lambda/domain/generation.ts';
import type { JobOrder } from '../../../../../lambda/domain/jobs/job.ts';
import {
  type Act,
  createWorkerFixture,
  deliverImages,
  onePixelPng,
  streamOf,
} from '../../../../support/worker-fixture.ts';

const wanted = { rawWanted: { request: true, response: true } };
const fallback = {
  candidates: [
    { provider: 'openai', model: 'gpt-image-2' },
    { provider: 'xai', model: 'grok' },
  ],
};

/** An exchange that leaves its two sides behind, and then does what it does. */
const exchange =
  (name: string, act: Act, response: JsonValue = { answered: name }): Act =>
  async (call, model) => {
    call.keepRawRequest({ asked: name });
    call.keepRawResponse(() => response);
    return act(call, model);
  };

const failing =
  (...failure: ConstructorParameters<typeof ProviderFailure>): Act =>
  async (call) => {
    await call.saveImage(0, streamOf(onePixelPng));
    throw new ProviderFailure(...failure);
  };

/** Works on a job until it has ended, hop by hop. */
async function worked(script: Act[], order: Partial<JobOrder> = wanted, resume?: Act[]) {
  const fixture = createWorkerFixture(script, { order, ...(resume && { resume }) });
  await fixture.accept();
  for (let hop = 0; hop < 9; hop += 1) {
    const job = await fixture.job();
    if (job.status !== 'pending' && job.status !== 'processing') break;
    fixture.clock.advance(Math.max(0, (job.dueAt - fixture.clock.now()) / 1000));
    await fixture.process({}, { hop: job.hop });
  }
  const job = await fixture.job();
  return {
    fixture,
    job,
    raw: await rawBodies({ images: fixture.images, telemetry: fixture.dependencies.telemetry }, job),
  };
}

describe('the sides of a request that failed', () => {
  it('are there for whoever asked, without the images that had come', async () => {
    const { fixture, job, raw } = await worked([exchange('a', failing('refused', 'No.'))]);
    expect(job.status).toBe('failed');
    expect(raw).toEqual({ rawRequest: { asked: 'a' }, rawResponse: { answered: 'a' }, rawWarnings: [] });
    expect([...fixture.images.objects.keys()].filter((key) => key.endsWith('.png'))).toEqual([]);
  });

  it.each([
    ['delivered', deliverImages()],
    ['failed', failing('refused', 'No.')],
  ])('show no bytes of an image, under whichever name a request that %s has them', async (_, act) => {
    const bytes = Buffer.alloc(3_000, 7);
    const answered = {
      thumbnail: bytes.toString('base64'),
      seen: [`data:image/png;base64,${bytes.toString('base64url')}`],
    };
    const { raw } = await worked([exchange('a', act, answered)]);
    expect(raw.rawResponse).toEqual({
      thumbnail: '<4000 characters left out>',
      seen: ['data:image/png;base64,<4000 characters left out>'],
    });
  });

  it('are not kept where nobody asked, and not warned of', async () => {
    const { fixture, raw } = await worked([exchange('a', failing('refused', 'No.'))], {});
    expect(raw).toEqual({ rawWarnings: [] });
    expect(fixture.images.objects.size).toBe(0);
  });

  it('go with the job when it is deleted', async () => {
    const { fixture, job } = await worked([exchange('a', failing('refused', 'No.'))]);
    expect(fixture.images.objects.size).toBe(2);
    await fixture.images.remove(resultKeys(job));
    expect(fixture.images.objects.size).toBe(0);
  });

  it('are those of the request whose failure the error tells, where a fallback failed too', async () => {
    const script = [
      exchange('a', failing('unsupported', 'Not that.')),
      exchange('b', failing('unsupported', 'Neither that.')),
    ];
    const { job, raw } = await worked(script, { ...wanted, ...fallback });
    expect(job).toMatchObject({ status: 'failed', failure: { message: 'Not that.' } });
    expect(raw).toMatchObject({ rawRequest: { asked: 'a' }, rawResponse: { answered: 'a' } });
  });

  it('make way for those of the request that delivered', async () => {
    const script = [exchange('a', failing('unsupported', 'Not that.')), exchange('b', deliverImages())];
    const { job, raw } = await worked(script, { ...wanted, ...fallback });
    expect(job.status).toBe('completed');
    expect(raw).toMatchObject({ rawRequest: { asked: 'b' }, rawResponse: { answered: 'b' } });
  });

  it('are left of the last of several refusals for rate alone, which the ledger keeps as one', async () => {
    const limited = ['a', 'b', 'c'].map((name) => exchange(name, failing('rate_limited', 'Later.')));
    const { fixture, job, raw } = await worked([...limited, exchange('d', failing('refused', 'No.'))]);
    expect(job.attempts).toMatchObject([{ count: 3 }, { outcome: 'refused' }]);
    expect(raw).toMatchObject({ rawRequest: { asked: 'd' } });
    expect([...fixture.images.objects.keys()].map((key) => key.split('/').slice(-2).join('/')).toSorted()).toEqual([
      '3/raw-request.json',
      '3/raw-response.json',
      '4/raw-request.json',
      '4/raw-response.json',
    ]);
    await fixture.images.remove(resultKeys(job));
    expect(fixture.images.objects.size).toBe(0);
  });

  it('are there of work behind a ticket that failed later', async () => {
    const wait: Act = async () => ({ status: 'waiting', ticket: { id: 't' }, checkAfterSeconds: 7 });
    const failed = async () => ({ status: 'failed', failure: new ProviderFailure('refused', 'No.') }) as never;
    const { raw } = await worked([exchange('a', wait)], wanted, [failed]);
    expect(raw).toMatchObject({ rawRequest: { asked: 'a' } });
  });
});

describe('rawBodies', () => {
  const large = { text: 'x '.repeat(maxRawCharacters / 2) };

  it.each([
    ['delivered', deliverImages()],
    ['failed', failing('refused', 'No.')],
  ])('warns of a side that is too large to be shown, of a request that %s', async (_, act) => {
    const { fixture, raw } = await worked([exchange('a', act, large)]);
    expect(raw.rawRequest).toEqual({ asked: 'a' });
    expect(raw).not.toHaveProperty('rawResponse');
    expect(raw.rawWarnings).toMatchObject([{ code: 'raw_omitted', param: 'raw_response' }]);
    expect(fixture.events.map(({ code }) => code)).toContain('raw_not_kept');
  });

  it('warns whoever asks for them by repeating a submission that did not', async () => {
    const { fixture, job } = await worked([exchange('a', deliverImages())], {});
    const { telemetry } = fixture.dependencies;
    const asked = { request: true, response: false };
    const { rawWarnings } = await rawBodies({ images: fixture.images, telemetry }, job, asked);
    expect(rawWarnings).toMatchObject([{ code: 'raw_omitted', param: 'raw_request' }]);
  });

  it('says nothing of a job that is open', async () => {
    const { fixture } = await worked([exchange('a', deliverImages())]);
    const open = { ...fixture.order, ...(await fixture.job()), status: 'processing' } as never;
    expect(await rawBodies({ images: fixture.images, telemetry: fixture.dependencies.telemetry }, open)).toEqual({
      rawWarnings: [],
    });
  });
});
