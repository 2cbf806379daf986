import type { Addressee, ReceivedMessage, WakeUp } from '../../../lambda/domain/ports.ts';
import { between, drawsFrom, mix } from '../draws.ts';
import { drawMessageFault, type MessageFault, type Weather } from '../faults.ts';
import type { Network } from '../network.ts';
import type { Invocation, Scheduler, Timer } from '../scheduler.ts';

/** A message as the queue holds it. Times are epoch milliseconds. */
export interface Message {
  readonly wakeUp: WakeUp;
  readonly job: Addressee;
  readonly sentAt: number;
  receives: number;
  isGone: boolean;
  /** Changes whenever its visibility does, so that what was planned before it is void. */
  version: number;
  /** Makes it visible again. */
  reappearance: Timer | undefined;
}

export interface QueueOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly jobNumberOf: (id: string) => number;
  readonly weather: Weather;
  readonly without: ReadonlySet<MessageFault>;
  /** Seconds for which a received message is hidden unless its receiver says otherwise. */
  readonly visibilitySeconds: number;
  /** Receives after which a message goes to `deadLetter` instead. */
  readonly maxReceives: number;
  /** Messages that one invocation gets at the most. */
  readonly batchSize: number;
  /** Invocations at a time. */
  readonly maxConcurrency: number;
  /** Starts an invocation; `done` is to be called when it is over, with the messages that it reports as failed. */
  readonly invoke: (batch: readonly Message[], done: (kept: ReadonlySet<Message>) => void) => void;
  readonly deadLetter?: (message: Message) => void;
}

/** A standard SQS queue with Lambda's pollers: no order, more than once, and hidden messages come again. */
export class Queue {
  readonly #options: QueueOptions;
  /** Visible messages, each with the version in which it became so. */
  readonly #ready: { readonly message: Message; readonly version: number }[] = [];
  readonly #sends = new Map<number, number>();
  #held = 0;
  readonly #heldOf = new Map<number, number>();
  #running = 0;
  #isPolling = false;
  receives = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Messages that are there, hidden or not. */
  size(): number {
    return this.#held;
  }

  /** Messages of one job. */
  messagesOf(job: number): number {
    return this.#heldOf.get(job) ?? 0;
  }

  #hold(message: Message, change: 1 | -1): void {
    const job = this.#options.jobNumberOf(message.wakeUp.jobId);
    this.#held += change;
    this.#heldOf.set(job, (this.#heldOf.get(job) ?? 0) + change);
  }

  /** Messages that wait for a poller. */
  visible(): number {
    return this.#ready.length;
  }

  /** Sends a message for an invocation. */
  send(invocation: Invocation, wakeUp: WakeUp, addressee: Addressee, delaySeconds: number): Promise<void> {
    const { network, jobNumberOf } = this.#options;
    const job = jobNumberOf(wakeUp.jobId);
    if (!(delaySeconds <= 900)) throw new RangeError(`A wake-up can't be delayed by ${delaySeconds} s.`);
    return network.ask({ invocation, label: 'queue.send', job, to: 'store' }, () =>
      this.#post(wakeUp, addressee, Math.max(0, Math.ceil(delaySeconds)), job),
    );
  }

  /** A message that comes by itself: from another queue, or from nobody. */
  put(wakeUp: WakeUp, addressee: Addressee): void {
    this.#add(wakeUp, addressee, 0);
  }

  #post(wakeUp: WakeUp, addressee: Addressee, delaySeconds: number, job: number): void {
    const { seed, weather, without, network } = this.#options;
    const count = (this.#sends.get(job) ?? 0) + 1;
    this.#sends.set(job, count);
    const draw = drawsFrom(mix(seed, 0x9e55, job, count));
    const drawn = drawMessageFault(draw, weather);
    const hadEnough = (network.mishaps.get(job)?.length ?? 0) >= weather.maxFaultsPerJob;
    const fault = drawn === 'fine' || hadEnough || without.has(drawn) ? 'fine' : drawn;
    if (fault !== 'fine') network.mishap(job, `message ${fault}`);
    if (fault === 'lost') return;
    const lateSeconds = fault === 'late' ? between(draw, 5, 240) : between(draw, 0, 0.3);
    this.#add(wakeUp, addressee, delaySeconds + lateSeconds);
    if (fault === 'doubled') this.#add(wakeUp, addressee, delaySeconds + between(draw, 0, 60));
  }

  #add(wakeUp: WakeUp, { owner, lane }: Addressee, seconds: number): void {
    const { jobId, hop } = wakeUp;
    const message: Message = {
      wakeUp: { jobId, hop },
      job: { owner, lane },
      sentAt: this.#options.scheduler.now,
      receives: 0,
      isGone: false,
      version: 0,
      reappearance: undefined,
    };
    this.#hold(message, 1);
    this.#appearIn(message, seconds);
  }

  #appearIn(message: Message, seconds: number): void {
    message.version += 1;
    const { version } = message;
    message.reappearance?.cancel();
    message.reappearance = this.#options.scheduler.after(seconds * 1000, undefined, () => {
      this.#ready.push({ message, version });
      this.#poll();
    });
  }

  #drop(message: Message): void {
    if (message.isGone) return;
    message.isGone = true;
    message.reappearance?.cancel();
    this.#hold(message, -1);
  }

  /** Pollers find what is there within a moment; how many messages one finds is chance. */
  #poll(): void {
    const { scheduler, seed, maxConcurrency } = this.#options;
    if (this.#isPolling || this.#ready.length === 0 || this.#running >= maxConcurrency) return;
    this.#isPolling = true;
    const draw = drawsFrom(mix(seed, 0x9011, this.receives, this.#ready.length, scheduler.now));
    scheduler.after(between(draw, 5, 60), undefined, () => {
      this.#isPolling = false;
      const batch = this.#take(draw);
      if (batch.length > 0) this.#start(batch);
      this.#poll();
    });
  }

  #take(draw: () => number): readonly Message[] {
    const { batchSize, maxReceives, deadLetter, visibilitySeconds } = this.#options;
    const batch: Message[] = [];
    while (batch.length < batchSize && this.#ready.length > 0) {
      // Mostly the oldest, as a standard queue does.
      const at = Math.floor(draw() ** 3 * this.#ready.length);
      const [{ message, version }] = this.#ready.splice(at, 1) as [{ message: Message; version: number }];
      if (message.isGone || message.version !== version) continue;
      message.receives += 1;
      this.receives += 1;
      if (deadLetter && message.receives > maxReceives) {
        this.#drop(message);
        deadLetter(message);
        continue;
      }
      this.#appearIn(message, visibilitySeconds);
      batch.push(message);
    }
    return batch;
  }

  #start(batch: readonly Message[]): void {
    this.#running += 1;
    let isOver = false;
    this.#options.invoke(batch, (kept) => {
      if (isOver) return;
      isOver = true;
      this.#running -= 1;
      for (const message of batch) if (!kept.has(message)) this.#drop(message);
      this.#poll();
    });
  }

  /** A received message, as its invocation may handle it: only the last receiver's word counts. */
  receivedBy(invocation: Invocation, message: Message): ReceivedMessage {
    const { network, jobNumberOf, scheduler } = this.#options;
    const { receives } = message;
    const job = jobNumberOf(message.wakeUp.jobId);
    const isCurrent = (): boolean => !message.isGone && message.receives === receives;
    return {
      isAlone: invocation.batchSize === 1,
      get ageSeconds() {
        return (scheduler.now - message.sentAt) / 1000;
      },
      hideFor: (seconds) =>
        network.ask({ invocation, label: 'message.hide', job, to: 'store' }, () => {
          if (isCurrent()) this.#appearIn(message, seconds);
        }),
      remove: () =>
        network.ask({ invocation, label: 'message.remove', job, to: 'store' }, () => {
          if (isCurrent()) this.#drop(message);
        }),
    };
  }
}
