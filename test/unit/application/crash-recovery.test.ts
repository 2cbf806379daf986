import { describe, expect, it } from 'vitest';
import { isOpen, type Job } from '../../../lambda/domain/jobs/job.ts';
import type { Crash } from '../../support/crashable.ts';
import { createJobWorld, type Story } from '../../support/job-world.ts';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';

/** The longest that a killed worker's job may wait for the next worker. */
const maxSecondsAlone = 150;
/** A wake-up that a worker got and never handled is hidden by the queue for far longer; the sweep sees to it. */
const maxSecondsUnseen = 180;

/** Plays a job by a stage's default settings until it has ended and no message is left. */
async function play(story: Story) {
  return inVirtualTime(noon, 4000, async () => {
    const world = createJobWorld({ latencies: [8], ...story });
    const claims: number[] = [];
    world.watch((name) => name === 'claim' && claims.push(Date.now()));
    const { job } = await world.submit();
    while (isOpen((await world.fixture.jobs.find(job.id)) as Job)) await seconds(0.25);
    const endedAt = Date.now();
    while (world.messages() > 0) await seconds(5);
    world.stop();
    const ended = (await world.fixture.jobs.find(job.id)) as Job;
    return { world, job: ended, claims, endedAt };
  });
}

/** The same story with each worker killed in turn, at each of its calls, before and after that call has arrived. */
async function* killings(story: Story) {
  const quiet = await play(story);
  expect(quiet.job.status).toBe('completed');
  for (const [worker, { invocation }] of quiet.world.works.entries()) {
    for (let call = 1; call <= invocation.calls; call += 1) {
      for (const arrives of [false, true]) {
        const crash: Crash = { atCall: call, arrives };
        const played = await play({ ...story, crashes: [...Array<undefined>(worker).fill(undefined), crash] });
        const killed = played.world.works[worker];
        if (killed?.invocation.killedAt === undefined) throw new Error(`Worker ${worker} was not killed.`);
        const { startedAt, invocation: dead } = killed;
        yield { ...played, worker, crash, startedAt, killedAt: dead.killedAt ?? 0 };
      }
    }
  }
}

const onOpenConnection = { script: [{ takesSeconds: 60, says: 'images' }] } as const;
const withTicket = { script: [{ takesSeconds: 40, says: 'ticket' }] } as const;
const skewed = { skews: [2500, -2500, 0] } as const;

describe('a worker that is killed at any of its calls', () => {
  it.each([
    ['with a request on the open connection', onOpenConnection],
    [
      'with a request on the open connection, and clocks that differ by five seconds',
      { ...onOpenConnection, ...skewed },
    ],
    ['with a ticket', withTicket],
    ['with a ticket, and clocks that differ by five seconds', { ...withTicket, ...skewed }],
  ])('%s, leaves its job to another within 150 seconds', async (_, story) => {
    let killed = 0;
    for await (const { job, claims, worker, crash, startedAt, killedAt, endedAt } of killings(story)) {
      killed += 1;
      const why = `worker ${worker}, call ${crash.atCall}, ${crash.arrives ? 'made' : 'not made'}`;
      expect(job.status, why).toBe('completed');
      const hadIt = claims.some((claim) => claim >= startedAt && claim <= killedAt);
      const next = claims.find((claim) => claim > killedAt);
      const alone = (Math.min(next ?? Number.POSITIVE_INFINITY, Math.max(endedAt, killedAt)) - killedAt) / 1000;
      expect(alone, why).toBeLessThanOrEqual(hadIt ? maxSecondsAlone : maxSecondsUnseen);
    }
    expect(killed).toBeGreaterThan(20);
  });

  it('is never followed by a second request where its ticket was kept, or its images were', async () => {
    for await (const { world, job, worker, crash } of killings(withTicket)) {
      const why = `worker ${worker}, call ${crash.atCall}, ${crash.arrives ? 'made' : 'not made'}`;
      const outcomes = job.attempts.map(({ outcome }) => outcome);
      // Only between the provider's answer and its record in the ledger can a ticket get lost.
      const lost = outcomes[0] === 'abandoned';
      expect(lost, why).toBe(worker === 0 && outcomes.length > 1);
      expect(outcomes, why).toEqual(lost ? ['abandoned', 'succeeded'] : ['succeeded']);
      expect(world.provider.requests.length, why).toBeLessThanOrEqual(outcomes.length);
    }
    for await (const { world, job, crash } of killings(onOpenConnection)) {
      const manifest = [...world.fixture.images.objects.keys()].filter((key) => key.includes('/1/manifest.json'));
      const outcomes = job.attempts.map(({ outcome }) => outcome);
      const why = `call ${crash.atCall}`;
      expect(outcomes, why).toEqual(manifest.length > 0 ? ['succeeded'] : ['abandoned', 'succeeded']);
    }
  });

  it("leaves an outcome that nobody knows on record, and what follows is the stage's to say", async () => {
    const unknown = {
      outcome: 'abandoned',
      billed: 'unknown',
      message: expect.stringContaining('its outcome is unknown'),
    };
    for (const [onUnknownOutcome, status, attempts] of [
      ['retry', 'completed', [unknown, { outcome: 'succeeded', billed: 'yes' }]],
      ['fail', 'failed', [unknown]],
    ] as const) {
      // The second beat of the heart: the request has been at the provider for 45 seconds.
      const { world, job } = await play({
        ...onOpenConnection,
        onUnknownOutcome,
        crashes: [{ atCall: 9, arrives: true }],
      });
      expect(job).toMatchObject({ status, attempts });
      expect(job.status === 'failed' ? job.failure.code : 'provider_timeout').toBe('provider_timeout');
      expect(world.provider.requests).toHaveLength(attempts.length);
    }
  });

  it('closes the ledger of a job that was cancelled after it, and calls off the work behind its ticket', async () => {
    for (const [script, ticket] of [
      [onOpenConnection.script, undefined],
      [withTicket.script, { calledOff: true }],
    ] as const) {
      await inVirtualTime(noon, 4000, async () => {
        const world = createJobWorld({ script, latencies: [8], crashes: [{ atCall: 9, arrives: true }] });
        const { job } = await world.submit();
        while (world.works[0]?.invocation.killedAt === undefined) await seconds(1);
        expect(world.record()?.attempts).toMatchObject([{ outcome: 'started' }]);
        expect((await world.cancel(job.id)).status).toBe('cancelled');
        while (world.messages() > 0) await seconds(5);
        world.stop();
        expect(world.record()).toMatchObject({
          status: 'cancelled',
          attempts: [{ outcome: 'abandoned', billed: 'unknown' }],
        });
        expect(world.provider.requests).toMatchObject([ticket === undefined ? {} : { ticket }]);
      });
    }
  });
});
