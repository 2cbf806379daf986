import { GatewayError } from '../../../lambda/domain/error-code.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import type { Client, Facts, Told } from '../facts.ts';
import { judge } from '../promises/judge.ts';
import type { Invocation } from '../scheduler.ts';
import type { Stage } from '../stage.ts';

/** What the clients of a world have around them. */
export interface Surroundings {
  readonly seed: number;
  readonly facts: Facts;
  readonly stage: Stage;
}

/** What an invocation came to, as its caller sees it. */
export type Outcome<Value> =
  | { readonly value: Value }
  | { readonly error: unknown }
  | { readonly died: true }
  | { readonly hungUp: true };

/** A call that is over: who made it, when, and what is known of it besides its outcome. */
export type Call = Pick<Told, 'by' | 'askedAt' | 'nonce' | 'atOnceAfter' | 'dueAt' | 'requests'> & {
  readonly invocation: Invocation;
};

/** Waits, in seconds of the world's time. */
export const sleep = ({ facts }: Surroundings, seconds: number): Promise<void> =>
  new Promise((resolve) => {
    facts.scheduler.after(seconds * 1000, undefined, resolve);
  });

/** Does something so many seconds later. */
export async function later(around: Surroundings, seconds: number, act: () => Promise<unknown>): Promise<void> {
  await sleep(around, seconds);
  await act();
}

/** Runs a function to its end, or its crash. */
export function outcomeOf<Value>(invocation: Invocation, work: () => Promise<Value>): Promise<Outcome<Value>> {
  return new Promise((resolve) => {
    invocation.onKilled = () => resolve({ died: true });
    work().then(
      (value) => {
        invocation.end();
        resolve({ value });
      },
      (error: unknown) => {
        invocation.end();
        resolve({ error });
      },
    );
  });
}

/** Writes down what a caller was told. */
export function tell({ facts }: Surroundings, client: Client, outcome: Outcome<Job>, call: Call): Told {
  const { invocation, nonce: ownNonce, ...known } = call;
  const nonce = 'value' in outcome ? outcome.value.submissionNonce : ownNonce;
  const told: Told = {
    ...{ at: facts.scheduler.now, ...known, ...answerOf(outcome), stoodStill: invocation.wasFrozen },
    ...(nonce === undefined ? {} : { nonce }),
    ...('error' in outcome ? { because: String(outcome.error) } : {}),
  };
  client.told.push(told);
  judge.told(facts, told, client.plan.number);
  return told;
}

function answerOf(outcome: Outcome<Job>): Pick<Told, 'answer' | 'jobId' | 'status' | 'completedAt'> {
  if ('died' in outcome) return { answer: 'died' };
  if ('hungUp' in outcome) return { answer: 'hung_up' };
  if ('value' in outcome) {
    const { value: job } = outcome;
    const end = 'completedAt' in job ? { completedAt: job.completedAt } : {};
    return { answer: 'accepted', jobId: job.id, status: job.status, ...end };
  }
  const { error } = outcome;
  if (error instanceof GatewayError && error.code === 'not_found') return { answer: 'not_found' };
  if (error instanceof GatewayError && /nothing was accepted/i.test(error.message)) return { answer: 'denied' };
  return { answer: error instanceof GatewayError && error.code !== 'unavailable' ? 'refused' : 'unsure' };
}
