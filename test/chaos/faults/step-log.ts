import { openSync, writeSync } from 'node:fs';
import type { StepReport } from './fault-rule.ts';

/**
 * Opens the file to which the threads of a run add their steps, a line of JSON each. A line is in the file before its step
 * goes on, so that a thread's last one is kept, too. Lines of several threads do not mix.
 */
export function openStepLog(path: string): (report: StepReport) => void {
  const file = openSync(path, 'a');
  return (report) => void writeSync(file, `${JSON.stringify(report)}\n`);
}
