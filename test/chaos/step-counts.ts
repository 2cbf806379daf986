import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FaultKind, StepReport } from './faults/fault-rule.ts';

/** Who sent a wake-up, as far as the law on wake-ups asks. */
export interface SentWakeUp {
  /** The function that sent it. */
  readonly by: string;
  readonly hop: number;
}

/** What the threads have reported of their steps. */
export class StepCounts {
  /** How often each step was made. */
  readonly made = new Map<string, number>();
  /** How often each fault struck each step, by `fault step`. */
  readonly struck = new Map<string, number>();
  private readonly sent = new Map<string, SentWakeUp[]>();
  private readonly invocations = new Set<string>();

  note({ step, fault, jobId, hop, invocation }: StepReport): void {
    add(this.made, step);
    if (fault !== undefined) add(this.struck, `${fault} ${step}`);
    if (!step.endsWith(' SQS SendMessage') || jobId === undefined || hop === undefined) return;
    // The SDK's further tries of a request are no further message, as far as the engine can help it.
    if (invocation !== undefined && this.invocations.has(invocation)) return;
    if (invocation !== undefined) this.invocations.add(invocation);
    const [by = ''] = step.split(' ');
    this.sent.set(jobId, [...(this.sent.get(jobId) ?? []), { by, hop }]);
  }

  /** The wake-ups that were sent for a job. */
  wakeUpsOf(jobId: string): readonly SentWakeUp[] {
    return this.sent.get(jobId) ?? [];
  }

  /** How often a fault struck, whatever the step. */
  total(fault: FaultKind): number {
    return [...this.struck].reduce((sum, [name, count]) => (name.startsWith(`${fault} `) ? sum + count : sum), 0);
  }
}

/** Counts what stands in a run's log of steps. */
export async function readStepLog(path: string): Promise<StepCounts> {
  const counts = new StepCounts();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    counts.note(JSON.parse(line) as StepReport);
  }
  return counts;
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
