import type { FaultCounters } from './fault-counters.ts';
import type { FaultKind, FaultRule } from './fault-rule.ts';
import type { Random } from './seeded.ts';

/** A fault that strikes a step. */
export interface Strike {
  readonly fault: FaultKind;
  readonly seconds: number;
}

/** Requests whose fault strikes all their tries; the oldest are forgotten. */
const maxDoomed = 1000;

/** Decides what befalls each step: the first rule that matches and strikes. */
export class FaultChooser {
  private readonly rules: readonly (FaultRule & { readonly pattern: RegExp; readonly index: number })[];
  private readonly counters: FaultCounters;
  private readonly random: Random;
  private readonly doomed = new Map<string, Strike>();

  constructor(rules: readonly FaultRule[], counters: FaultCounters, random: Random) {
    this.rules = rules.map((rule, index) => ({ ...rule, index, pattern: new RegExp(rule.steps) }));
    this.counters = counters;
    this.random = random;
  }

  /** `among` are the faults that can still be done to the request at this point. */
  choose(step: string, among: ReadonlySet<FaultKind>, invocation: string | undefined): Strike | undefined {
    if (this.counters.progress < 0) return undefined;
    const doom = invocation === undefined ? undefined : this.doomed.get(invocation);
    if (doom !== undefined) return among.has(doom.fault) ? doom : undefined;
    const rule = this.rules.find(
      (each) => among.has(each.fault) && each.pattern.test(step) && this.strikes(each, step),
    );
    if (rule === undefined) return undefined;
    const strike: Strike = { fault: rule.fault, seconds: rule.seconds ?? 0 };
    if (rule.everyTry && invocation !== undefined) this.doom(invocation, strike);
    return strike;
  }

  private strikes({ index, chance, most, perStep }: FaultRule & { readonly index: number }, step: string): boolean {
    if (this.random() >= chance) return false;
    // A little ahead of the jobs that have ended, so that a run begins with faults too.
    const paced =
      perStep === undefined ? Number.POSITIVE_INFINITY : Math.ceil(perStep * (this.counters.progress + 0.02));
    if (!this.counters.takeAtStep(index, step, paced)) return false;
    return this.counters.takeOf(index, most ?? Number.POSITIVE_INFINITY);
  }

  private doom(invocation: string, strike: Strike): void {
    this.doomed.set(invocation, strike);
    const [oldest] = this.doomed.keys();
    if (this.doomed.size > maxDoomed && oldest !== undefined) this.doomed.delete(oldest);
  }
}
