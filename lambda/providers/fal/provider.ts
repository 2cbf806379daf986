import type { Failed, Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { hasDetail } from '../wire/failures/detail-failure.ts';
import { dataUriOf, jsonBody, placedBy, shownBody } from '../wire/json-body.ts';
import { exchangeJson, type JsonAnswer, keepAnswer } from '../wire/json-exchange.ts';
import { addressForKey } from '../wire/key-address.ts';
import { forgotten, nowhereToAsk, taskEnded, typicalSecondsIn, waitingWith } from '../wire/ticket-exchange.ts';
import { isOfWork, type QueueError, requestFailure, workFailure } from './failure.ts';
import { falModels } from './models.ts';
import { type FalTicket, readTicket, ticketIn } from './ticket.ts';
import { costInHeaders, unitPriceOf } from './unit-price.ts';
import { falRequest, queueStateIn, resultIn, shownAnswer } from './wire.ts';

const isFalHost = (host: string): boolean => host === 'queue.fal.run';

/** By default fal keeps results for a week or longer; the gateway downloads them at once. */
const shortLife = JSON.stringify({ expiration_duration_seconds: 3600 });

/** fal's queue API: a request is queued, then polled, fetched and cancelled at the URLs that came with it. */
export function createFal({ baseUrl, send }: AdapterSettings): ImageProvider {
  /** Throws ProviderFailure `malformed` for an address that the key may not go to. */
  async function ask(method: 'GET' | 'PUT', address: string, call: ProviderCall): Promise<JsonAnswer> {
    const url = addressForKey(address, baseUrl, isFalHost);
    if (url === undefined) throw nowhereToAsk();
    return exchangeJson(send, { method, url, headers: headersOf(call), signal: call.signal });
  }

  async function result(
    ticket: FalTicket,
    call: ProviderCall,
    error: QueueError | undefined,
  ): Promise<Finished | Failed> {
    const answer = await ask('GET', ticket.responseUrl, call);
    keepAnswer(answer, call, shownAnswer);
    const isError = error !== undefined || hasDetail(answer.text);
    const read = answer.status === 200 ? taskEnded(() => finishedIn(answer, ticket)) : undefined;
    if (read && (read.status === 'finished' || read.failure.kind === 'refused' || !isError)) return read;
    if (error !== undefined || isOfWork(answer, isError)) {
      return { status: 'failed', failure: workFailure(answer, call.apiKey, error) };
    }
    throw requestFailure(answer, call.apiKey);
  }

  return {
    async start(request, call) {
      const { path, body } = falRequest(request, placedBy(call, dataUriOf));
      call.keepRawRequest(shownBody(body));
      const answer = await exchangeJson(send, {
        method: 'POST',
        url: `${baseUrl}${path}`,
        headers: {
          ...headersOf(call),
          'content-type': 'application/json',
          'x-fal-object-lifecycle-preference': shortLife,
        },
        body: jsonBody(body, call.openImage),
        signal: call.signal,
      });
      keepAnswer(answer, call, shownAnswer);
      if (answer.status !== 200) throw requestFailure(answer, call.apiKey);
      const ticket = ticketIn(answer.value, {
        typicalSeconds: typicalSecondsIn(falModels, request.model),
        asked: request.n,
        unitPrice: unitPriceOf(request.model),
      });
      const addresses = ticket ? [ticket.statusUrl, ticket.responseUrl, ticket.cancelUrl] : [];
      const isOurs = addresses.every((address) => addressForKey(address, baseUrl, isFalHost) !== undefined);
      if (!ticket || !isOurs) throw nowhereToAsk();
      return waitingWith({ ...ticket });
    },

    async resume(ticket, call) {
      const known = readTicket(ticket);
      if (addressForKey(known.statusUrl, baseUrl, isFalHost) === undefined) {
        return { status: 'failed', failure: nowhereToAsk() };
      }
      const answer = await ask('GET', known.statusUrl, call);
      if (answer.status === 404) return { status: 'failed', failure: forgotten() };
      const isSuccess = answer.status === 200 || answer.status === 202;
      const state = isSuccess ? queueStateIn(answer.value) : undefined;
      if (!state) throw requestFailure(answer, call.apiKey);
      if (state.status === 'working') return waitingWith({ ...known, polls: known.polls + 1 });
      return result(known, call, state.error);
    },

    async cancel(ticket, call) {
      const answer = await ask('PUT', readTicket(ticket).cancelUrl, call);
      // 400: the work was done already. 404: the queue no longer has it.
      const isOver = answer.status < 300 || answer.status === 400 || answer.status === 404;
      if (!isOver) throw requestFailure(answer, call.apiKey);
    },
  };
}

/** Throws as `resultIn`. */
function finishedIn({ value, headers }: JsonAnswer, { asked, unitPrice }: FalTicket): Finished {
  const cost = costInHeaders(headers, unitPrice);
  return { ...resultIn(value, asked), ...(cost === undefined ? {} : { cost }) };
}

const headersOf = (call: ProviderCall) => ({ authorization: `Key ${call.apiKey}`, accept: 'application/json' });
