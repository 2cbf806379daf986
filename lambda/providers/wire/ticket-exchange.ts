import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonObject } from '../../domain/generation.ts';
import type { Ticket } from '../../domain/jobs/attempt.ts';
import type { Failed, Finished, Waiting } from '../../domain/provider.ts';
import type { ProviderModels } from '../../planning/model-spec.ts';
import { countOf } from './json-fields.ts';
import { secondsUntilPoll } from './poll-schedule.ts';

// What providers that work behind a ticket have in common.

/** What every such ticket remembers. */
export interface Polled {
  /** How long work with the model usually takes. */
  readonly typicalSeconds: number;
  /** The number of polls so far. */
  readonly polls: number;
}

/** Typical seconds of a model for which none are known. */
const defaultTypicalSeconds = 10;

/** What a ticket remembers, read back. Only our own workers write them. */
export const polledIn = (ticket: Ticket): Polled => ({
  typicalSeconds: countOf(ticket, 'typicalSeconds') ?? defaultTypicalSeconds,
  polls: countOf(ticket, 'polls') ?? 0,
});

/** The work continues: when to poll next. */
export const waitingWith = (ticket: JsonObject & Polled): Waiting => ({
  status: 'waiting',
  ticket,
  checkAfterSeconds: secondsUntilPoll(ticket.typicalSeconds, ticket.polls),
});

/** How long work with a model of the provider's usually takes. */
export const typicalSecondsIn = (providerModels: ProviderModels, model: string): number =>
  providerModels.models.find((row) => row.model === model)?.typicalSeconds ?? defaultTypicalSeconds;

/** Maps a fault of the result to the end of the task: it isn't a failed poll. */
export function taskEnded(read: () => Finished): Finished | Failed {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProviderFailure) return { status: 'failed', failure: error };
    throw error;
  }
}

/** The work may be under way, and paid for, but the key goes to the provider's and the stage's own addresses alone. */
export const nowhereToAsk = (): ProviderFailure =>
  new ProviderFailure('malformed', 'The provider returned no polling URL at its own origin.', {
    statusCode: 200,
  });

/** The work is lost without a trace. */
export const forgotten = (): ProviderFailure =>
  new ProviderFailure('unknown_outcome', 'The provider no longer knows the task.', { statusCode: 404 });
