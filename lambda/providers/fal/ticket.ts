import type { JsonValue } from '../../domain/generation.ts';
import type { Ticket } from '../../domain/jobs/attempt.ts';
import type { Micros } from '../../domain/money/micros.ts';
import { countOf, present, textOf } from '../wire/json-fields.ts';
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
  /** The price of the model's billing unit; absent where it isn't known. */
  readonly unitPrice?: Micros;
}

/** The ticket in an answer to a request; undefined where something of it is missing. */
export function ticketIn(
  answer: JsonValue | undefined,
  {
    typicalSeconds,
    asked,
    unitPrice,
  }: Pick<FalTicket, 'typicalSeconds' | 'asked'> & { unitPrice?: Micros | undefined },
): FalTicket | undefined {
  const requestId = textOf(answer, 'request_id');
  const statusUrl = textOf(answer, 'status_url');
  const responseUrl = textOf(answer, 'response_url');
  if (requestId === undefined || statusUrl === undefined || responseUrl === undefined) return undefined;
  const cancelUrl = textOf(answer, 'cancel_url') ?? `${responseUrl}/cancel`;
  const known = { typicalSeconds, asked, polls: 0, ...present({ unitPrice }) };
  return { requestId, statusUrl, responseUrl, cancelUrl, ...known };
}

/** A ticket read back. Only our own workers write them. */
export const readTicket = (ticket: Ticket): FalTicket => ({
  requestId: textOf(ticket, 'requestId') ?? '',
  statusUrl: textOf(ticket, 'statusUrl') ?? '',
  responseUrl: textOf(ticket, 'responseUrl') ?? '',
  cancelUrl: textOf(ticket, 'cancelUrl') ?? '',
  asked: countOf(ticket, 'asked') ?? 1,
  ...present({ unitPrice: countOf(ticket, 'unitPrice') }),
  ...polledIn(ticket),
});
