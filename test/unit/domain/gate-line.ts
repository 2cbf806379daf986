import { type GateState, openGate } from '../../../lambda/domain/rate-limiter/gate-state.ts';
import { askGate } from '../../../lambda/domain/rate-limiter/rate-limiter.ts';

/** One job that waits for a start: whose it is, and when it comes to the gate for the first time. */
export interface LineJob {
  readonly owner: string;
  readonly comesAt: number;
}

export interface LineStart extends LineJob {
  readonly at: number;
}

export interface LineRun {
  readonly starts: readonly LineStart[];
  /** How often the gate was asked. */
  readonly asked: number;
  readonly state: GateState;
  readonly maxOwners: number;
  readonly maxBytes: number;
}

export interface LineSettings {
  readonly requestsPerMinute?: number;
  readonly state?: GateState;
  /** How many milliseconds after it was told a job comes back. */
  readonly late?: (asked: number) => number;
}

/** Lets jobs come to a gate, and come back when they are told, until all have started. Stops after many questions. */
export function runLine(jobs: readonly LineJob[], settings: LineSettings = {}): LineRun {
  const { requestsPerMinute, late = () => 0 } = settings;
  let state = settings.state ?? openGate;
  let asked = 0;
  let maxOwners = 0;
  let maxBytes = 0;
  const starts: LineStart[] = [];
  const waiting = jobs.map((job, order) => ({ job, order, at: job.comesAt }));
  while (waiting.length > 0) {
    if (asked > 100 * jobs.length + 1000) throw new Error(`${waiting.length} jobs still wait.`);
    waiting.sort((one, other) => one.at - other.at || one.order - other.order);
    const [next] = waiting;
    if (!next) break;
    asked += 1;
    const request = { owner: next.job.owner, requestsPerMinute, random: (asked * 0.618) % 1 };
    const answer = askGate(state, request, next.at);
    state = answer.state;
    maxOwners = Math.max(maxOwners, Object.keys(state.turns).length);
    maxBytes = Math.max(maxBytes, JSON.stringify(state).length);
    if (answer.granted) {
      starts.push({ ...next.job, at: next.at });
      waiting.shift();
    } else {
      if (answer.until <= next.at) throw new Error('The gate told a job to come at once, and did not let it through.');
      next.at = answer.until + late(asked);
    }
  }
  return { starts, asked, state, maxOwners, maxBytes };
}

/** The most starts in any window of that length (half-open). */
export function maxInWindow(starts: readonly LineStart[], milliseconds: number): number {
  const times = starts.map(({ at }) => at).toSorted((one, other) => one - other);
  let most = 0;
  let from = 0;
  times.forEach((at, index) => {
    while ((times[from] ?? at) <= at - milliseconds) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return most;
}
