import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageProvider, ProviderCall, Waiting } from '../../domain/provider.ts';
import { withoutSecrets } from '../shared/clean-message.ts';
import { jsonBody, shownBody } from '../shared/json-body.ts';
import { exchangeJson, type JsonAnswer } from '../shared/json-exchange.ts';
import { parseJson } from '../shared/json-fields.ts';
import { addressForKey } from '../shared/key-address.ts';
import { secondsUntilLook } from '../shared/look-schedule.ts';
import type { ProviderSettings } from '../shared/send-request.ts';
import { failureOfAnswer } from '../shared/status-failure.ts';
import {
  type BflTicket,
  failed,
  failureSaid,
  readTicket,
  shownAnswer,
  taskBody,
  taskStateIn,
  ticketIn,
} from './wire.ts';

/** The clusters, which come and go, are all below this name: docs.bfl.ai, integration guidelines. */
const isBflHost = (host: string): boolean => /^([a-z0-9-]+\.)+bfl\.ai$/.test(host);

/** A cluster may not know at once of a task that another one has taken. */
const mostMisses = 3;

/** Black Forest Labs: a task is submitted, and asked after at the address that came with it. It can't be called off. */
export const createBfl = ({ baseUrl, send }: ProviderSettings): ImageProvider => ({
  async start(request, call) {
    const body = taskBody(request);
    call.keepRawRequest(shownBody(body));
    const answer = await exchangeJson(send, {
      method: 'POST',
      url: `${baseUrl}/${request.model}`,
      headers: { ...headersOf(call), 'content-type': 'application/json' },
      body: jsonBody(body, call.openImage),
      signal: call.signal,
    });
    keep(answer, call);
    if (answer.status !== 200) throw failureOfAnswer(answer, failureSaid(answer.text), call.apiKey);
    const ticket = ticketIn(answer.value, request.model);
    if (!ticket || !addressForKey(ticket.pollingUrl, baseUrl, isBflHost)) throw nowhereToAsk();
    return waiting(ticket);
  },

  async resume(ticket, call) {
    const known = readTicket(ticket);
    const url = addressForKey(known.pollingUrl, baseUrl, isBflHost);
    if (url === undefined) return { status: 'failed', failure: nowhereToAsk() };
    const answer = await exchangeJson(send, { method: 'GET', url, headers: headersOf(call), signal: call.signal });
    keep(answer, call);
    // That a task isn't known comes as a 404 from some clusters.
    const state = answer.status === 200 || answer.status === 404 ? taskStateIn(answer.value) : undefined;
    if (!state) throw failureOfAnswer(answer, failureSaid(answer.text), call.apiKey);
    const looked = { ...known, looks: known.looks + 1, misses: 0 };
    if (state.status === 'working') return waiting(looked);
    if (state.status !== 'not_found') return state;
    const misses = known.misses + 1;
    if (misses < mostMisses) return waiting({ ...looked, misses });
    return failed('unknown_outcome', 'The provider does not know of the work any more.');
  },
});

const headersOf = (call: ProviderCall) => ({ 'x-key': call.apiKey, accept: 'application/json' });

const waiting = (ticket: BflTicket): Waiting => ({
  status: 'waiting',
  ticket: { ...ticket },
  checkAfterSeconds: secondsUntilLook(ticket.typicalSeconds, ticket.looks),
});

function keep({ text }: JsonAnswer, call: ProviderCall): void {
  const shown = withoutSecrets(text, call.apiKey);
  const value = parseJson(shown);
  call.keepRawResponse(value === undefined ? shown : shownAnswer(value));
}

/** The work may be under way, and paid for, but the key goes to BFL and the stage's own address alone. */
const nowhereToAsk = (): ProviderFailure =>
  new ProviderFailure('malformed', 'The provider gave no address of its own at which to ask after the work.', {
    statusCode: 200,
  });
