const never = new Promise<never>(() => {});

/** When an invocation dies: at which of its calls to the outside, and whether that call still arrives there. */
export interface Crash {
  readonly atCall: number;
  readonly arrives: boolean;
}

/**
 * One invocation of a function, which may be killed at any of its calls to the outside. A killed one does nothing more,
 * and nobody tells it how its last call went: its promises stay open for ever, as a frozen process would leave them.
 */
export class Invocation {
  /** Calls to the outside so far. */
  calls = 0;
  /** When it was killed, in epoch milliseconds; undefined as long as it lives. */
  killedAt: number | undefined;
  readonly #latency: () => number;
  readonly #crash: Crash | undefined;

  /** `latency` gives how many milliseconds each way of a call takes. */
  constructor(latency: () => number, crash?: Crash) {
    this.#latency = latency;
    this.#crash = crash;
  }

  kill(): void {
    this.killedAt ??= Date.now();
  }

  async #travel(): Promise<void> {
    if (this.killedAt !== undefined) return never;
    const milliseconds = this.#latency();
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (this.killedAt !== undefined) return never;
  }

  async call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    await this.#travel();
    this.calls += 1;
    const dies = this.#crash?.atCall === this.calls;
    if (dies) this.kill();
    if (dies && !this.#crash?.arrives) return never;
    const [outcome] = await Promise.allSettled([work()]);
    await this.#travel();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  /** A port whose every method is a call to the outside. */
  crashable<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.call(async () => member.apply(target, args));
      },
    });
  }
}
