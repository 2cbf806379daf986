import type { JsonValue } from '../../domain/generation.ts';
import type { Ticket } from '../../domain/jobs/attempt.ts';
import { countOf, textOf } from '../wire/json-fields.ts';
import { type Polled, polledIn } from '../wire/ticket-exchange.ts';

/**
 * A queued request as a later worker finds it again. The addresses are fal's own: they are not those it was made at.
 */
export interface FalTicket extends Polled {
  readonly requestId: string;
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
  /** The requested number of images. */
  readonly asked: number;
}

/** The ticket in an answer to a request; undefined where something of it is missing. */
export function ticketIn(
  answer: JsonValue | undefined,
  { typicalSeconds, asked }: Pick<FalTicket, 'typicalSeconds' | 'asked'>,
): FalTicket | undefined {
  const requestId = textOf(answer, 'request_id');
  const statusUrl = textOf(answer, 'status_url');
  const responseUrl = textOf(answer, 'response_url');
  if (requestId === undefined || statusUrl === undefined || responseUrl === undefined) return undefined;
  const cancelUrl = textOf(answer, 'cancel_url') ?? `${responseUrl}/cancel`;
  return { requestId, statusUrl, responseUrl, cancelUrl, typicalSeconds, asked, polls: 0 };
}

/** A ticket read back. Only our own workers write them. */
export const readTicket = (ticket: Ticket): FalTicket => ({
  requestId: textOf(ticket, 'requestId') ?? '',
  statusUrl: textOf(ticket, 'statusUrl') ?? '',
  responseUrl: textOf(ticket, 'responseUrl') ?? '',
  cancelUrl: textOf(ticket, 'cancelUrl') ?? '',
  asked: countOf(ticket, 'asked') ?? 1,
  ...polledIn(ticket),
});
