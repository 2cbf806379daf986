import type { JobQueue, ReceivedMessage, WakeUp } from '../../lambda/domain/ports.ts';

/** What befalls a message on its way: how many arrive, and how much later than was asked for. */
export interface CallFault {
  readonly copies: number;
  readonly lateSeconds: number;
}

interface Held {
  readonly wakeUp: WakeUp;
  readonly owner: string;
  readonly sentAt: number;
  receives: number;
  gone: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A queue that delivers by itself, in the time of `setTimeout`. */
export interface SimulatedQueue extends JobQueue {
  /** Puts a wake-up there under no fault, as a dead-letter queue gets it. */
  take(wakeUp: WakeUp, owner: string): void;
  /** Messages that are there, hidden or not. */
  size(): number;
}

export interface SimulatedQueueOptions {
  /** How long a received message is hidden unless its receiver says otherwise. */
  readonly visibilitySeconds: number;
  /** Receives after which a message goes to `deadLetter` instead. */
  readonly maxReceives: number;
  readonly faultOf: () => CallFault;
  readonly deliver: (wakeUp: WakeUp, message: ReceivedMessage) => void;
  readonly deadLetter: (wakeUp: WakeUp, owner: string) => void;
}

/** Behaves as a standard SQS queue: a message comes again until it is removed, and only its last receiver may hide it. */
export function createSimulatedQueue(options: SimulatedQueueOptions): SimulatedQueue {
  const held = new Set<Held>();
  const appearIn = (message: Held, seconds: number): void => {
    clearTimeout(message.timer);
    message.timer = setTimeout(() => receive(message), seconds * 1000);
  };
  function remove(message: Held): void {
    clearTimeout(message.timer);
    message.gone = true;
    held.delete(message);
  }
  function receive(message: Held): void {
    message.receives += 1;
    if (message.receives > options.maxReceives) {
      remove(message);
      options.deadLetter(message.wakeUp, message.owner);
      return;
    }
    appearIn(message, options.visibilitySeconds);
    const receipt = message.receives;
    const isCurrent = () => !message.gone && message.receives === receipt;
    options.deliver(message.wakeUp, {
      isAlone: true,
      get ageSeconds() {
        return (Date.now() - message.sentAt) / 1000;
      },
      async hideFor(seconds) {
        if (isCurrent()) appearIn(message, seconds);
      },
      async remove() {
        if (isCurrent()) remove(message);
      },
    });
  }
  function put(wakeUp: WakeUp, owner: string, seconds: number): void {
    const message: Held = { wakeUp, owner, sentAt: Date.now(), receives: 0, gone: false, timer: undefined };
    held.add(message);
    appearIn(message, seconds);
  }
  return {
    async send({ jobId, hop }, { owner }, delaySeconds) {
      const { copies, lateSeconds } = options.faultOf();
      for (let copy = 0; copy < copies; copy += 1) put({ jobId, hop }, owner, delaySeconds + (copy + 1) * lateSeconds);
    },
    take: (wakeUp, owner) => put(wakeUp, owner, 0),
    size: () => held.size,
  };
}
