import { describe, expect, it } from 'vitest';
import { digestOfKey } from '../../../lambda/adapters/secrets/key-hash.ts';
import { cancel } from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import { sampleOrder } from '../../support/sample-job.ts';
import {
  type Act,
  createMessage,
  createWorkerBench,
  deliverImages,
  failWith,
  keysOf,
} from '../../support/worker-bench.ts';

const done = { word: 'finished' };
const keyOne = 'first-secret-key';
const keyTwo = 'second-secret-key';
const two = { candidates: ['first', 'second'].map((model) => ({ provider: 'openai', model })) };
type Bench = ReturnType<typeof createWorkerBench>;

/** Another owner's job has just taken the slot of a provider that allows one start a minute. */
async function afterAnother(script: Act[], options: Parameters<typeof createWorkerBench>[1] = {}): Promise<Bench> {
  const bench = createWorkerBench([deliverImages(), ...script], { requestsPerMinute: 1, ...options });
  const other = sampleOrder({ id: 'other', owner: 'vk_2' });
  await bench.jobs.create(acceptedJob(other));
  await bench.process({}, { jobId: 'other' });
  await bench.accept();
  return bench;
}

const eventsOf = (bench: Bench, wanted: string) => bench.events.filter(({ code }) => code === wanted);
const attemptsOf = async (bench: Bench) => (await bench.job()).attempts;
const refused = failWith('auth', 'Not this key.', { statusCode: 401 });
const limited = failWith('rate_limited', 'Too many.', { statusCode: 429, retryAfterSeconds: 40 });

describe('runAttempt, at the gate', () => {
  it('lets a job wait for its slot, which is no try and costs no request', async () => {
    const bench = await afterAnother([deliverImages()]);
    expect(await bench.process()).toEqual(done);
    expect(await attemptsOf(bench)).toEqual([]);
    expect(bench.asked).toHaveLength(1);
    expect(bench.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 61 }]);
    expect(eventsOf(bench, 'attempt_held')).toHaveLength(1);
    bench.clock.advance(61);
    await bench.process({}, { hop: 1 });
    expect(await bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
  });

  it('fails a job as unavailable whose slot is too late for its deadline', async () => {
    const late = await afterAnother([], { order: { deadlineAt: sampleOrder().createdAt + 310_000 } });
    await late.process();
    expect(await late.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'unavailable' },
      attempts: [{ outcome: 'rate_limited', billed: 'no', imagesAsked: 0 }],
    });
    expect((await attemptsOf(late))[0]).not.toHaveProperty('keyDigest');
    expect(late.asked).toHaveLength(1);
  });

  it('goes to the next candidate where the slot is too late, and says why in the ledger', async () => {
    const providers = { candidates: [sampleOrder().candidates, { provider: 'bfl', model: 'flux' }].flat() };
    const order = { ...providers, deadlineAt: sampleOrder().createdAt + 320_000 };
    const bench = await afterAnother([deliverImages()], { order });
    await bench.process();
    expect(await bench.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'rate_limited' }, { provider: 'bfl', outcome: 'succeeded' }],
    });
  });

  it('goes to the fallback at once where the stage has no patience', async () => {
    const order = { candidates: [sampleOrder().candidates, { provider: 'bfl', model: 'flux' }].flat() };
    const bench = await afterAnother([deliverImages()], { order });
    await bench.process({ settings: { ...bench.dependencies.settings, rateLimitPatienceSeconds: 0 } });
    expect(await bench.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'rate_limited' }, { provider: 'bfl', outcome: 'succeeded' }],
    });
  });

  it('waits in spite of that where it has one further request left, which must not be spent on none', async () => {
    const order = {
      candidates: ['openai', 'openai', 'bfl'].map((provider) => ({ provider, model: `of ${provider}` })),
    };
    const bench = createWorkerBench([failWith('unknown_outcome', 'cut')], { order, requestsPerMinute: 1 });
    await bench.accept();
    await bench.process({ settings: { ...bench.dependencies.settings, rateLimitPatienceSeconds: 0 } });
    expect(await bench.job()).toMatchObject({ status: 'processing', attempts: [{ outcome: 'unknown_outcome' }] });
  });

  it('keeps the message where the store of gates is down', async () => {
    const bench = createWorkerBench([]);
    await bench.accept();
    const gates = { ...bench.gates, read: () => Promise.reject(new Error('The table is out of reach.')) };
    expect(await bench.process({ gates })).toMatchObject({ word: 'keep' });
    expect(await bench.job()).toMatchObject({ attempts: [], crashes: 0, leaseHeld: 0 });
  });

  it('comes back in a second or two where too many others write to the gate', async () => {
    const bench = createWorkerBench([], { requestsPerMinute: 60 });
    await bench.accept();
    const gates = { ...bench.gates, write: async () => false };
    expect(await bench.process({ gates, random: () => 0 })).toEqual(done);
    expect(bench.queue.take()).toMatchObject([{ delaySeconds: 1 }]);
  });

  it('passes an open gate that knows no limit, however many others write to it', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    const gates = { ...bench.gates, write: async () => false };
    await bench.process({ gates, random: () => 0 });
    expect(await bench.job()).toMatchObject({ status: 'completed' });
  });
});

describe('runAttempt, after a 429', () => {
  it('closes the gate for all, until the provider takes requests again', async () => {
    const bench = createWorkerBench([limited, deliverImages(), deliverImages()]);
    await bench.accept();
    await bench.process();
    const until = bench.clock.now() + 40_000;
    expect(await attemptsOf(bench)).toMatchObject([{ outcome: 'rate_limited', retryAt: until }]);
    expect(eventsOf(bench, 'gate_closed')).toMatchObject([
      { fields: { seconds: 40, key: digestOfKey('provider-key'), model: 'gpt-image-2', limitIs: 'model' } },
    ]);
    await bench.jobs.create(acceptedJob(sampleOrder({ id: 'other', owner: 'vk_2' })));
    await bench.process({}, { jobId: 'other' });
    expect(bench.asked).toHaveLength(1);
    bench.clock.set(until);
    await bench.process({}, { hop: 1 });
    expect(await bench.job()).toMatchObject({ status: 'completed' });
  });

  it("has an owner's refused jobs come back one after another", async () => {
    const ids = ['one', 'two', 'three'];
    let underWay = 0;
    let refuseAll = () => {};
    const allUnderWay = new Promise<void>((resolve) => {
      refuseAll = resolve;
    });
    const limitedTogether: Act = async (call, model) => {
      underWay += 1;
      if (underWay === ids.length) refuseAll();
      await allUnderWay;
      return limited(call, model);
    };
    const bench = createWorkerBench(ids.map(() => limitedTogether));
    for (const id of ids) await bench.jobs.create(acceptedJob(sampleOrder({ id })));
    await Promise.all(ids.map((jobId) => bench.process({}, { jobId })));
    const told = await Promise.all(ids.map(async (id) => (await bench.jobs.find(id))?.attempts[0]?.retryAt ?? 0));
    const opensAt = bench.clock.now() + 40_000;
    expect(told.toSorted()).toEqual([opensAt, opensAt + 5000, opensAt + 6000]);
  });

  it('asks with the next key at once', async () => {
    const bench = createWorkerBench([limited, deliverImages()], { keys: [keyOne, keyTwo] });
    await bench.accept();
    await bench.process();
    expect(await bench.job()).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'rate_limited', keyDigest: digestOfKey(keyOne) },
        { outcome: 'succeeded', keyDigest: digestOfKey(keyTwo) },
      ],
    });
  });

  it('keeps the known outcome where the gate can not be told', async () => {
    const bench = createWorkerBench([limited]);
    await bench.accept();
    let writes = 0;
    const gates = {
      ...bench.gates,
      write: (...write: Parameters<typeof bench.gates.write>) => {
        writes += 1;
        return writes === 1 ? bench.gates.write(...write) : Promise.reject(new Error('The table is out of reach.'));
      },
    };
    await bench.process({ gates });
    expect(await attemptsOf(bench)).toMatchObject([{ outcome: 'rate_limited', retryAt: bench.clock.now() + 40_000 }]);
    expect(eventsOf(bench, 'gate_not_told')).toHaveLength(1);
  });
});

describe('runAttempt, with a pool of keys', () => {
  it.each([
    ['auth', 401],
    ['billing', 402],
  ] as const)('asks with the next key after %s, and puts the refused one on cooldown', async (kind, statusCode) => {
    const keys = [keyOne, keyTwo];
    const used: string[] = [];
    const deliver: Act = async (call, model) => {
      used.push(call.apiKey);
      return deliverImages()(call, model);
    };
    const bench = createWorkerBench([failWith(kind, 'Not this key.', { statusCode }), deliver, deliver], { keys });
    await bench.accept();
    await bench.process();
    expect(await bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: kind, keyLeft: true }, {}] });
    await bench.jobs.create(acceptedJob(sampleOrder({ id: 'later' })));
    await bench.process({}, { jobId: 'later' });
    expect(used).toEqual([keyTwo, keyTwo]);
    expect(eventsOf(bench, 'key_rested')).toMatchObject([
      { fields: { provider: 'openai', key: digestOfKey(keyOne), kind, seconds: 900, limitIs: 'key' } },
    ]);
  });

  it('takes a key up again after its cooldown', async () => {
    const bench = createWorkerBench([refused, deliverImages(), deliverImages()], { keys: [keyOne, keyTwo] });
    await bench.accept();
    await bench.process();
    bench.clock.advance(900);
    await bench.jobs.create(acceptedJob(sampleOrder({ id: 'later', deadlineAt: bench.clock.now() + 1800_000 })));
    await bench.process({}, { jobId: 'later' });
    expect((await bench.jobs.find('later'))?.attempts).toMatchObject([{ keyDigest: digestOfKey(keyOne) }]);
  });

  it('asks with each key once and then fails, or asks the next candidate', async () => {
    const bench = createWorkerBench([refused, refused, deliverImages()], { keys: [keyOne, keyTwo], order: two });
    await bench.accept();
    await bench.process();
    expect(await attemptsOf(bench)).toMatchObject([
      { model: 'first', outcome: 'auth', keyDigest: digestOfKey(keyOne) },
      { model: 'first', outcome: 'auth', keyDigest: digestOfKey(keyTwo) },
      { model: 'second', outcome: 'succeeded' },
    ]);
  });

  it('asks with each key once also where all of them are on cooldown', async () => {
    const bench = createWorkerBench([refused, refused, refused, refused], { keys: [keyOne, keyTwo] });
    await bench.accept();
    await bench.process();
    await bench.jobs.create(acceptedJob(sampleOrder({ id: 'later' })));
    await bench.process({}, { jobId: 'later' });
    const used = (await bench.jobs.find('later'))?.attempts.map(({ keyDigest }) => keyDigest);
    expect(used?.toSorted()).toEqual([keyOne, keyTwo].map(digestOfKey).toSorted());
    expect(eventsOf(bench, 'key_rested')).toHaveLength(2);
  });

  it('goes on asking with an only key that was refused: another model may be open to it', async () => {
    const bench = createWorkerBench([refused, deliverImages()], { keys: [keyOne], order: two });
    await bench.accept();
    await bench.process();
    expect(await bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'auth' }, {}] });
  });

  it.each([
    ['the key that made it', [keyOne, keyTwo], keyTwo],
    ['another where that is gone', [keyOne], keyOne],
  ])('asks after a ticket, and calls it off, with %s', async (_, left, expected) => {
    const used: string[] = [];
    const note: Act = async ({ apiKey }) => {
      used.push(apiKey);
      return { status: 'waiting', ticket: { id: 't' }, checkAfterSeconds: 1 };
    };
    const bench = createWorkerBench([refused, note], {
      keys: [keyOne, keyTwo],
      resume: [note],
      cancel: async (_ticket, { apiKey }) => void used.push(apiKey),
    });
    await bench.accept();
    await bench.process();
    bench.clock.advance(1);
    const keys = keysOf(left);
    await bench.process({ keys }, { hop: 1 });
    await bench.jobs.apply(bench.order.id, cancel(await bench.job(), bench.clock.now()));
    await bench.process({ keys }, { hop: 2 }, createMessage());
    expect(used).toEqual([keyTwo, expected, expected]);
  });

  it('names a key nowhere but by its digest', async () => {
    const bench = createWorkerBench([refused, limited, deliverImages()], { keys: [keyOne, keyTwo] });
    await bench.accept();
    await bench.process();
    const all = JSON.stringify([bench.jobs.records(), bench.events, bench.queue.sent]);
    expect(all).toContain(digestOfKey(keyOne));
    for (const key of [keyOne, keyTwo]) expect(all).not.toContain(key);
  });
});
