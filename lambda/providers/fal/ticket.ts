import type { JsonValue } from '../../domain/generation.ts';
import type { Ticket } from '../../domain/jobs/attempt.ts';
import { countOf, textOf } from '../wire/json-fields.ts';

/** A queued request as a later worker finds it again. The addresses are fal's own: they are not those it was made at. */
export interface FalTicket {
  readonly requestId: string;
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
  readonly typicalSeconds: number;
  /** How many images were asked for. */
  readonly asked: number;
  /** How often it has been looked at. */
  readonly looks: number;
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
  return { requestId, statusUrl, responseUrl, cancelUrl, typicalSeconds, asked, looks: 0 };
}

/** A ticket read back. Only our own workers write them. */
export const readTicket = (ticket: Ticket): FalTicket => ({
  requestId: textOf(ticket, 'requestId') ?? '',
  statusUrl: textOf(ticket, 'statusUrl') ?? '',
  responseUrl: textOf(ticket, 'responseUrl') ?? '',
  cancelUrl: textOf(ticket, 'cancelUrl') ?? '',
  typicalSeconds: countOf(ticket, 'typicalSeconds') ?? 10,
  asked: countOf(ticket, 'asked') ?? 1,
  looks: countOf(ticket, 'looks') ?? 0,
});
