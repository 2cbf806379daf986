import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import { openAttempt } from '../../lambda/domain/jobs/attempt.ts';
import type { Lane } from '../../lambda/domain/jobs/lane.ts';
import { type Account, accountOf } from './account.ts';
import { Clients } from './clients/clients.ts';
import { drawsFrom, mix } from './draws.ts';
import { Broken, type Client, type Facts, type Life } from './facts.ts';
import type { CallFault, MessageFault } from './faults.ts';
import { Network } from './network.ts';
import { AnswerTable } from './parts/answer-table.ts';
import { Bucket } from './parts/bucket.ts';
import { InputHosts } from './parts/input-hosts.ts';
import { JobTable } from './parts/job-table.ts';
import { OpenJobIndex } from './parts/open-job-index.ts';
import { type Message, Queue, type QueueOptions } from './parts/queue.ts';
import { UsageTable } from './parts/usage-table.ts';
import { type Billed, Vendors } from './parts/vendors.ts';
import { type ClientPlan, clientPlan, type StagePlan, stagePlan, worldStart as start, takesResults } from './plans.ts';
import { sweepMilliseconds } from './promises/endings.ts';
import { judge } from './promises/judge.ts';
import { Scheduler } from './scheduler.ts';
import { actFor } from './script.ts';
import { Stage } from './stage.ts';
import { Trace } from './trace.ts';

/** As it was before any world ran: several may run at once. */
const { stackTraceLimit } = Error;

export interface WorldOptions {
  readonly seed: number;
  /** The numbers of the clients that there are. */
  readonly clients: readonly number[];
  /** The promises that are judged. @default all */
  readonly only?: ReadonlySet<number>;
  /** The stage and what each client means to do. @default drawn by the seed */
  readonly cast?: { readonly stage: StagePlan; readonly planOf: (number: number) => ClientPlan };
  readonly withoutFaults?: ReadonlySet<CallFault>;
  readonly withoutMessageFaults?: ReadonlySet<MessageFault>;
  /** Whether the trace is kept to be read. */
  readonly story?: boolean;
}

/** What a world came to. */
export interface Verdict {
  readonly broken: Broken | undefined;
  readonly hash: string;
  readonly steps: number;
  readonly jobs: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
  readonly events: ReadonlyMap<string, number>;
  readonly requests: number;
  readonly account: Account;
  /** Times that a worker was handed a message. */
  readonly receives: number;
  /** From the start to the last end of a job, in seconds. */
  readonly lastEndSeconds: number;
  readonly story: readonly string[];
  readonly weather: string;
}

/** More steps than this, and a world would never end. */
const maxStepsPerClient = 20_000;

/** After so long without a change to any job the sweep is of no use, in milliseconds: some mutants have none. */
const maxSweepingInVain = 86_400_000;

/** Runs a world of clients from its first submission until nobody has anything left to do, and judges it. */
export async function runWorld(options: WorldOptions): Promise<Verdict> {
  const { seed, clients: numbers } = options;
  const stage = options.cast?.stage ?? stagePlan(seed);
  const planOf = options.cast?.planOf ?? ((number: number) => clientPlan(seed, number, stage));
  const scheduler = new Scheduler(seed, start);
  const trace = new Trace({ story: options.story ?? false });
  const { weather } = stage;
  const network = new Network({ seed, scheduler, trace, weather, without: options.withoutFaults ?? new Set() });
  const clients = new Map<number, Client>();
  const lives = new Map<string, Life>();
  const events = new Map<string, number>();
  const slotAwaitedAt = new Map<number, number>();
  const touched = new Set<Life>();
  const latestLives = new Map<number, Life>();
  const lifeOf = (job: number): Life | undefined => latestLives.get(job);
  const numberOfId = new Map<string, number>();
  const jobNumberOf = (id: string): number => numberOfId.get(id) ?? Number.parseInt(id.slice(0, 8), 16);

  const index = new OpenJobIndex({ seed, scheduler, network, lagSeconds: weather.indexLagSeconds });
  const table = new JobTable({ seed, scheduler, jobNumberOf, index, watch });
  const usage = new UsageTable({
    ...{ network, jobNumberOf },
    onEvent: (event) => {
      judge.usage(facts, event);
      // What is reserved needs the sweep, also where its submission died before there was a job.
      if (event.what !== 'changed' || isSweeping || !usage.hasOpen()) return;
      changedAt = scheduler.now;
      sweepEachMinute();
    },
  });
  const answers = new AnswerTable({ network });
  const bucket = new Bucket({ network, jobNumberOf, takesResults: () => takesResults(stage, scheduler.now) });
  const vendors = new Vendors({
    ...{ seed, scheduler, network },
    actFor: (job, request, model) => actFor(seed, job % 1_000_000, request, model, moodOf(job)),
    nonceOf: (job) => lifeOf(job)?.nonce ?? '',
    onRequest: (request: Billed) => judge.request(facts, request, lives.get(request.nonce)),
    onCall: (call) => judge.called(facts, call),
  });
  const hosts = new InputHosts({ seed, network, onFetch: (fetch) => judge.fetched(facts, fetch) });
  const parts = {
    seed,
    stage,
    scheduler,
    network,
    trace,
    ...{ table, usage, answers, index, bucket, vendors, hosts, onCompleting, report },
    queues: () => queues,
    deadLetters: () => deadLetters,
  };
  const functions = new Stage({
    ...parts,
    jobNumberOf,
    onEvent: (code, job) => {
      events.set(code, (events.get(code) ?? 0) + 1);
      if (code === 'slot_awaited') slotAwaitedAt.set(job, scheduler.now);
    },
    onDerived: (id, number) => void numberOfId.set(id, number),
  });
  const shared = {
    seed,
    scheduler,
    network,
    jobNumberOf,
    weather,
    without: options.withoutMessageFaults ?? new Set(),
  } as const;
  const queueOf = (lane: Lane, batchSize: number): Queue =>
    new Queue({
      ...{ ...shared, batchSize, visibilitySeconds: 450, maxReceives: 10 },
      maxConcurrency: stage.maxConcurrency,
      invoke: (batch, done) => functions.work(lane, batch, done),
      deadLetter: ({ wakeUp, job }: Message) => deadLetters.put(wakeUp, job),
    } satisfies QueueOptions);
  const queues = { shared: queueOf('shared', stage.jobsPerInvocation), alone: queueOf('alone', 1) };
  const deadLetters: Queue = new Queue({
    ...{ ...shared, visibilitySeconds: 90, maxReceives: Number.POSITIVE_INFINITY },
    ...{ batchSize: 10, maxConcurrency: 2 },
    invoke: (batch, done) => functions.deadLetter(batch, done),
  } satisfies QueueOptions);
  const facts: Facts = {
    stage,
    scheduler,
    network,
    table,
    usage,
    answers,
    bucket,
    queues: [queues.shared, queues.alone, deadLetters],
    vendors,
    clients,
    lives,
    slotAwaitedAt,
    report,
  };

  function onCompleting(id: string): void {
    const life = lifeOf(jobNumberOf(id));
    if (life) life.wasCompleting = true;
  }

  let broken: Broken | undefined;
  function report(found: Broken): void {
    if (options.only === undefined || options.only.has(found.promise)) broken ??= found;
  }

  /** Rows are seen to change here, whoever changed them. */
  function watch(before: JobRecord | undefined, after: JobRecord | undefined, by: string): void {
    if (before && before.submissionNonce !== after?.submissionNonce) {
      const gone = lives.get(before.submissionNonce);
      if (gone) {
        gone.isGone = true;
        judge.write(facts, gone, before, by);
      }
    }
    if (!after) return;
    const isNew = before?.submissionNonce !== after.submissionNonce;
    const life = isNew ? bornAs(after) : (lives.get(after.submissionNonce) as Life);
    life.row = after;
    const isOpen = after.status === 'pending' || after.status === 'processing';
    if (!isOpen && life.end === undefined) {
      life.end = after;
      life.endedAt = scheduler.now;
    }
    if (!isOpen && openAttempt(after.attempts) === undefined) life.spentAllAt ??= scheduler.now;
    judge.write(facts, life, isNew ? undefined : before, by);
    touched.add(life);
    changedAt = scheduler.now;
    if (!isSweeping) sweepEachMinute();
  }

  function bornAs(row: JobRecord): Life {
    const number = Number.parseInt(row.submissionNonce.slice(0, 8), 16);
    const life: Life = {
      number,
      nonce: row.submissionNonce,
      id: row.id,
      row,
      wasCompleting: false,
      isGone: false,
    };
    lives.set(row.submissionNonce, life);
    latestLives.set(number, life);
    numberOfId.set(row.id, number);
    const look = (): void => {
      judge.overdue(facts, life);
      if (life.end === undefined && !life.isGone) scheduler.after(60_000, undefined, look);
    };
    scheduler.after(row.deadlineAt + 60_000 + sweepMilliseconds - scheduler.now, undefined, look);
    return life;
  }

  let isSweeping = false;
  const sweepOffset = drawsFrom(mix(seed, 0x53ee9))() * 60_000;
  let sweepsForRoom = 0;
  let changedAt = 0;
  /**
   * Each minute, as long as there is anything to look after, and anything comes of it within a day; for what is reserved alone, forty
   * times: some passes over all usage.
   */
  function sweepEachMinute(): void {
    isSweeping = true;
    const nextAt = Math.ceil((scheduler.now - start - sweepOffset + 1) / 60_000) * 60_000 + start + sweepOffset;
    scheduler.after(nextAt - scheduler.now, undefined, () => {
      sweepsForRoom = index.hasOpen() ? 0 : sweepsForRoom + 1;
      const isInVain = scheduler.now > changedAt + maxSweepingInVain;
      if (isInVain || (!index.hasOpen() && (!usage.hasOpen() || sweepsForRoom > 40))) {
        isSweeping = false;
        return;
      }
      functions.sweep();
      sweepEachMinute();
    });
  }

  const moodOf = (job: number) => clients.get(job)?.plan.mood ?? 'kind';
  const clientOf = (plan: ClientPlan): Client => {
    const known = clients.get(plan.number) ?? {
      plan,
      told: [],
      carriers: [],
      isFollowing: false,
      hasSeenEnd: false,
      isDeleting: false,
    };
    clients.set(plan.number, known);
    return known;
  };
  const players = new Clients({ seed, facts, stage: functions }, clientOf);
  for (const number of numbers) void players.play(planOf(number));

  try {
    // Nobody reads the stack of a simulated fault, and it costs more than all the rest.
    Error.stackTraceLimit = 0;
    await scheduler.run(() => {
      if (touched.size > 0) {
        for (const life of touched) if (!life.isGone) judge.touched(facts, life);
        touched.clear();
      }
      if (trace.steps % 1000 === 999) judge.sums(facts);
      if (broken) throw broken;
      if (trace.steps > maxStepsPerClient * numbers.length) throw new Broken(12, -1, 'the world never ends');
    });
    judge.end(facts);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    broken ??= error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  const ends = new Map<string, number>();
  for (const { end, isGone } of lives.values()) {
    // Its row went before it ended: only an undo does that. What is open has not ended when the world did.
    const without = isGone ? 'taken back' : 'open';
    const name = end ? `${end.status}${end.failure ? `, ${end.failure.code}` : ''}` : without;
    ends.set(name, (ends.get(name) ?? 0) + 1);
  }
  return {
    ...{ broken, hash: trace.hash(), steps: trace.steps, jobs: lives.size, faults: network.faults, ends, events },
    ...{
      requests: vendors.books.length,
      account: accountOf(facts),
      receives: queues.shared.receives + queues.alone.receives,
      lastEndSeconds: Math.max(0, ...[...lives.values()].map(({ endedAt = start }) => (endedAt - start) / 1000)),
      story: trace.lines,
      weather: weather.name,
    },
  };
}
