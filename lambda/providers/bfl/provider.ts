import type { ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { failureOfAnswer, limitOfAccount } from '../wire/failures/status-failure.ts';
import { base64Of, jsonBody, placedBy, shownBody } from '../wire/json-body.ts';
import { exchangeJson, keepAnswer } from '../wire/json-exchange.ts';
import { addressForKey } from '../wire/key-address.ts';
import { nowhereToAsk, waitingWith } from '../wire/ticket-exchange.ts';
import { failed, failureSaid, readTicket, shownAnswer, taskBody, taskStateIn, ticketIn } from './wire.ts';

/** The clusters, which come and go, are all below this name: docs.bfl.ai, integration guidelines. */
const isBflHost = (host: string): boolean => /^([a-z0-9-]+\.)+bfl\.ai$/.test(host);

/** A cluster may not know at once of a task that another one has taken. */
const maxMisses = 3;

/** Black Forest Labs: submits a task, and polls it at the URL that came with it. A task can't be cancelled. */
export const createBfl = ({ baseUrl, send }: AdapterSettings): ImageProvider => ({
  async start(request, call) {
    const body = taskBody(request, placedBy(call, base64Of));
    call.keepRawRequest(shownBody(body));
    const answer = await exchangeJson(send, {
      method: 'POST',
      url: `${baseUrl}/${request.model}`,
      headers: { ...headersOf(call), 'content-type': 'application/json' },
      body: jsonBody(body, call.openImage),
      signal: call.signal,
    });
    keepAnswer(answer, call, shownAnswer);
    if (answer.status !== 200) {
      const said = { ...failureSaid(answer.text), ...limitOfAccount(answer.status) };
      throw failureOfAnswer(answer, said, call.apiKey);
    }
    const ticket = ticketIn(answer.value, request.model);
    if (!ticket || !addressForKey(ticket.pollingUrl, baseUrl, isBflHost)) throw nowhereToAsk();
    return waitingWith({ ...ticket });
  },

  async resume(ticket, call) {
    const known = readTicket(ticket);
    const url = addressForKey(known.pollingUrl, baseUrl, isBflHost);
    if (url === undefined) return { status: 'failed', failure: nowhereToAsk() };
    const answer = await exchangeJson(send, { method: 'GET', url, headers: headersOf(call), signal: call.signal });
    keepAnswer(answer, call, shownAnswer);
    // That a task isn't known comes as a 404 from some clusters.
    const state = answer.status === 200 || answer.status === 404 ? taskStateIn(answer.value, known.cost) : undefined;
    if (!state) throw failureOfAnswer(answer, failureSaid(answer.text), call.apiKey);
    const polled = { ...known, polls: known.polls + 1, misses: 0 };
    if (state.status === 'working') return waitingWith(polled);
    if (state.status !== 'not_found') return state;
    const misses = known.misses + 1;
    if (misses < maxMisses) return waitingWith({ ...polled, misses });
    return failed('unknown_outcome', 'The provider no longer knows the task.');
  },
});

const headersOf = (call: ProviderCall) => ({ 'x-key': call.apiKey, accept: 'application/json' });
