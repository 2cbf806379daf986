import { describe, expect, it } from 'vitest';
import { digestOfKey } from '../../../lambda/adapters/secrets/key-pool.ts';
import { cancel } from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import { sampleOrder } from '../../support/sample-job.ts';
import {
  type Act,
  createMessage,
  createWorkerFixture,
  deliverImages,
  failWith,
  keysOf,
} from '../../support/worker-fixture.ts';

const done = { action: 'delete' };
const keyOne = 'first-secret-key';
const keyTwo = 'second-secret-key';
const two = { candidates: ['first', 'second'].map((model) => ({ provider: 'openai', model })) };
type Fixture = ReturnType<typeof createWorkerFixture>;

/** Another owner's job has just taken the slot of a provider that allows one start a minute. */
async function afterAnother(script: Act[], options: Parameters<typeof createWorkerFixture>[1] = {}): Promise<Fixture> {
  const fixture = createWorkerFixture([deliverImages(), ...script], { requestsPerMinute: 1, ...options });
  const other = sampleOrder({ id: 'other', owner: 'vk_2' });
  await fixture.jobs.create(acceptedJob(other));
  await fixture.process({}, { jobId: 'other' });
  await fixture.accept();
  return fixture;
}

const eventsOf = (fixture: Fixture, wanted: string) => fixture.events.filter(({ code }) => code === wanted);
const attemptsOf = async (fixture: Fixture) => (await fixture.job()).attempts;
const refused = failWith('auth', 'Not this key.', { statusCode: 401 });
const limited = failWith('rate_limited', 'Too many.', { statusCode: 429, retryAfterSeconds: 40 });

describe('runAttempt, at the gate', () => {
  it('lets a job wait for its slot, which is no try and costs no request', async () => {
    const fixture = await afterAnother([deliverImages()]);
    expect(await fixture.process()).toEqual(done);
    expect(await attemptsOf(fixture)).toEqual([]);
    expect(fixture.asked).toHaveLength(1);
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 61 }]);
    expect(eventsOf(fixture, 'attempt_held')).toHaveLength(1);
    fixture.clock.advance(61);
    await fixture.process({}, { hop: 1 });
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
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
    const fixture = await afterAnother([deliverImages()], { order });
    await fixture.process();
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'rate_limited' }, { provider: 'bfl', outcome: 'succeeded' }],
    });
  });

  it('goes to the fallback at once where the stage has no patience', async () => {
    const order = { candidates: [sampleOrder().candidates, { provider: 'bfl', model: 'flux' }].flat() };
    const fixture = await afterAnother([deliverImages()], { order });
    await fixture.process({ settings: { ...fixture.dependencies.settings, rateLimitPatienceSeconds: 0 } });
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'rate_limited' }, { provider: 'bfl', outcome: 'succeeded' }],
    });
  });

  it('waits in spite of that where it has one further request left, which must not be spent on none', async () => {
    const order = {
      candidates: ['openai', 'openai', 'bfl'].map((provider) => ({ provider, model: `of ${provider}` })),
    };
    const fixture = createWorkerFixture([failWith('unknown_outcome', 'cut')], { order, requestsPerMinute: 1 });
    await fixture.accept();
    await fixture.process({ settings: { ...fixture.dependencies.settings, rateLimitPatienceSeconds: 0 } });
    expect(await fixture.job()).toMatchObject({ status: 'processing', attempts: [{ outcome: 'unknown_outcome' }] });
  });

  it('keeps the message where the store of gates is down', async () => {
    const fixture = createWorkerFixture([]);
    await fixture.accept();
    const gates = { ...fixture.gates, read: () => Promise.reject(new Error('The table is out of reach.')) };
    expect(await fixture.process({ gates })).toMatchObject({ action: 'retry' });
    expect(await fixture.job()).toMatchObject({ attempts: [], crashes: 0, leaseHeld: 0 });
  });

  it('comes back in a second or two where too many others write to the gate', async () => {
    const fixture = createWorkerFixture([], { requestsPerMinute: 60 });
    await fixture.accept();
    const gates = { ...fixture.gates, write: async () => false };
    expect(await fixture.process({ gates, random: () => 0 })).toEqual(done);
    expect(fixture.queue.take()).toMatchObject([{ delaySeconds: 1 }]);
  });

  it('passes an open gate that knows no limit, however many others write to it', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    const gates = { ...fixture.gates, write: async () => false };
    await fixture.process({ gates, random: () => 0 });
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
  });
});

describe('runAttempt, after a 429', () => {
  it('closes the gate for all, until the provider takes requests again', async () => {
    const fixture = createWorkerFixture([limited, deliverImages(), deliverImages()]);
    await fixture.accept();
    await fixture.process();
    const until = fixture.clock.now() + 40_000;
    expect(await attemptsOf(fixture)).toMatchObject([{ outcome: 'rate_limited', retryAt: until }]);
    expect(eventsOf(fixture, 'gate_closed')).toMatchObject([
      { fields: { seconds: 40, key: digestOfKey('provider-key'), model: 'gpt-image-2', limitIs: 'model' } },
    ]);
    await fixture.jobs.create(acceptedJob(sampleOrder({ id: 'other', owner: 'vk_2' })));
    await fixture.process({}, { jobId: 'other' });
    expect(fixture.asked).toHaveLength(1);
    fixture.clock.set(until);
    await fixture.process({}, { hop: 1 });
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
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
    const fixture = createWorkerFixture(ids.map(() => limitedTogether));
    for (const id of ids) await fixture.jobs.create(acceptedJob(sampleOrder({ id })));
    await Promise.all(ids.map((jobId) => fixture.process({}, { jobId })));
    const told = await Promise.all(ids.map(async (id) => (await fixture.jobs.find(id))?.attempts[0]?.retryAt ?? 0));
    const opensAt = fixture.clock.now() + 40_000;
    expect(told.toSorted()).toEqual([opensAt, opensAt + 5000, opensAt + 6000]);
  });

  it('asks with the next key at once', async () => {
    const fixture = createWorkerFixture([limited, deliverImages()], { keys: [keyOne, keyTwo] });
    await fixture.accept();
    await fixture.process();
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'rate_limited', keyDigest: digestOfKey(keyOne) },
        { outcome: 'succeeded', keyDigest: digestOfKey(keyTwo) },
      ],
    });
  });

  it('keeps the known outcome where the gate can not be told', async () => {
    const fixture = createWorkerFixture([limited]);
    await fixture.accept();
    let writes = 0;
    const gates = {
      ...fixture.gates,
      write: (...write: Parameters<typeof fixture.gates.write>) => {
        writes += 1;
        return writes === 1 ? fixture.gates.write(...write) : Promise.reject(new Error('The table is out of reach.'));
      },
    };
    await fixture.process({ gates });
    expect(await attemptsOf(fixture)).toMatchObject([
      { outcome: 'rate_limited', retryAt: fixture.clock.now() + 40_000 },
    ]);
    expect(eventsOf(fixture, 'gate_not_told')).toHaveLength(1);
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
    const fixture = createWorkerFixture([failWith(kind, 'Not this key.', { statusCode }), deliver, deliver], { keys });
    await fixture.accept();
    await fixture.process();
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: kind, keyLeft: true }, {}],
    });
    await fixture.jobs.create(acceptedJob(sampleOrder({ id: 'later' })));
    await fixture.process({}, { jobId: 'later' });
    expect(used).toEqual([keyTwo, keyTwo]);
    expect(eventsOf(fixture, 'key_in_cooldown')).toMatchObject([
      { fields: { provider: 'openai', key: digestOfKey(keyOne), kind, seconds: 900, limitIs: 'key' } },
    ]);
  });

  it('takes a key up again after its cooldown', async () => {
    const fixture = createWorkerFixture([refused, deliverImages(), deliverImages()], { keys: [keyOne, keyTwo] });
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(900);
    await fixture.jobs.create(acceptedJob(sampleOrder({ id: 'later', deadlineAt: fixture.clock.now() + 1800_000 })));
    await fixture.process({}, { jobId: 'later' });
    expect((await fixture.jobs.find('later'))?.attempts).toMatchObject([{ keyDigest: digestOfKey(keyOne) }]);
  });

  it('asks with each key once and then fails, or asks the next candidate', async () => {
    const fixture = createWorkerFixture([refused, refused, deliverImages()], { keys: [keyOne, keyTwo], order: two });
    await fixture.accept();
    await fixture.process();
    expect(await attemptsOf(fixture)).toMatchObject([
      { model: 'first', outcome: 'auth', keyDigest: digestOfKey(keyOne) },
      { model: 'first', outcome: 'auth', keyDigest: digestOfKey(keyTwo) },
      { model: 'second', outcome: 'succeeded' },
    ]);
  });

  it('asks with each key once also where all of them are on cooldown', async () => {
    const fixture = createWorkerFixture([refused, refused, refused, refused], { keys: [keyOne, keyTwo] });
    await fixture.accept();
    await fixture.process();
    await fixture.jobs.create(acceptedJob(sampleOrder({ id: 'later' })));
    await fixture.process({}, { jobId: 'later' });
    const used = (await fixture.jobs.find('later'))?.attempts.map(({ keyDigest }) => keyDigest);
    expect(used?.toSorted()).toEqual([keyOne, keyTwo].map(digestOfKey).toSorted());
    expect(eventsOf(fixture, 'key_in_cooldown')).toHaveLength(2);
  });

  it('goes on asking with an only key that was refused: another model may be open to it', async () => {
    const fixture = createWorkerFixture([refused, deliverImages()], { keys: [keyOne], order: two });
    await fixture.accept();
    await fixture.process();
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'auth' }, {}] });
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
    const fixture = createWorkerFixture([refused, note], {
      keys: [keyOne, keyTwo],
      resume: [note],
      cancel: async (_ticket, { apiKey }) => void used.push(apiKey),
    });
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(1);
    const keys = keysOf(left);
    await fixture.process({ keys }, { hop: 1 });
    await fixture.jobs.apply(fixture.order.id, cancel(await fixture.job(), fixture.clock.now()));
    await fixture.process({ keys }, { hop: 2 }, createMessage());
    expect(used).toEqual([keyTwo, expected, expected]);
  });

  it('names a key nowhere but by its digest', async () => {
    const fixture = createWorkerFixture([refused, limited, deliverImages()], { keys: [keyOne, keyTwo] });
    await fixture.accept();
    await fixture.process();
    const all = JSON.stringify([fixture.jobs.records(), fixture.events, fixture.queue.sent]);
    expect(all).toContain(digestOfKey(keyOne));
    for (const key of [keyOne, keyTwo]) expect(all).not.toContain(key);
  });
});
