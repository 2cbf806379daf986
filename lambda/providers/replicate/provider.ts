import type { ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { jsonBody, shownBody } from '../wire/json-body.ts';
import { exchangeJson, type JsonAnswer, keepAnswer } from '../wire/json-exchange.ts';
import { addressForKey } from '../wire/key-address.ts';
import { forgotten, nowhereToAsk, typicalSecondsIn, waitingWith } from '../wire/ticket-exchange.ts';
import { requestFailure } from './failure.ts';
import { replicateModels } from './models.ts';
import { predictionStateIn, readTicket, ticketIn } from './prediction.ts';
import { placesOf, shownPlaces } from './uploads.ts';
import { predictionInput, shownAnswer } from './wire.ts';

const isReplicateHost = (host: string): boolean => host === 'api.replicate.com';

/**
 * Replicate's official models: a prediction is created, then polled and cancelled at the URLs that came with it. Never
 * with `Prefer: wait`, which would hold a connection open. https://replicate.com/docs/reference/http
 */
export function createReplicate(settings: AdapterSettings): ImageProvider {
  const { baseUrl, send } = settings;

  /** Throws ProviderFailure `malformed` for an address that the key may not go to. */
  async function ask(method: 'GET' | 'POST', address: string, call: ProviderCall): Promise<JsonAnswer> {
    const url = addressForKey(address, baseUrl, isReplicateHost);
    if (url === undefined) throw nowhereToAsk();
    return exchangeJson(send, { method, url, headers: headersOf(call), signal: call.signal });
  }

  return {
    async start(request, call) {
      call.keepRawRequest({ input: shownBody(predictionInput(request, shownPlaces(request, call))) });
      const placed = await placesOf(request, call, settings);
      const answer = await exchangeJson(send, {
        method: 'POST',
        url: `${baseUrl}/models/${request.model}/predictions`,
        headers: { ...headersOf(call), 'content-type': 'application/json' },
        body: jsonBody({ input: predictionInput(request, placed) }, call.openImage),
        signal: call.signal,
      });
      keepAnswer(answer, call, shownAnswer);
      if (!isTaken(answer)) throw requestFailure(answer, call.apiKey);
      const state = predictionStateIn(answer.value, request.n, call.apiKey);
      // Work may be over at once, for better or worse.
      if (state?.status === 'finished') return state;
      if (state?.status === 'failed') throw state.failure;
      const ticket = ticketIn(answer.value, {
        typicalSeconds: typicalSecondsIn(replicateModels, request.model),
        asked: request.n,
      });
      const addresses = ticket ? [ticket.getUrl, ticket.cancelUrl] : [];
      const isOurs = addresses.every((address) => addressForKey(address, baseUrl, isReplicateHost) !== undefined);
      if (!ticket || !isOurs) throw nowhereToAsk();
      return waitingWith({ ...ticket });
    },

    async resume(ticket, call) {
      const known = readTicket(ticket);
      if (addressForKey(known.getUrl, baseUrl, isReplicateHost) === undefined) {
        return { status: 'failed', failure: nowhereToAsk() };
      }
      const answer = await ask('GET', known.getUrl, call);
      keepAnswer(answer, call, shownAnswer);
      if (answer.status === 404) return { status: 'failed', failure: forgotten() };
      const state = answer.status === 200 ? predictionStateIn(answer.value, known.asked, call.apiKey) : undefined;
      if (!state) throw requestFailure(answer, call.apiKey);
      return state.status === 'working' ? waitingWith({ ...known, polls: known.polls + 1 }) : state;
    },

    async cancel(ticket, call) {
      const answer = await ask('POST', readTicket(ticket).cancelUrl, call);
      // 404: there is nothing left to stop. 422: the work was over already.
      const isOver = answer.status < 300 || answer.status === 404 || answer.status === 422;
      if (!isOver) throw requestFailure(answer, call.apiKey);
    },
  };
}

/** 201: made, or under way. 202: not over when the answer was due. */
const isTaken = ({ status }: JsonAnswer): boolean => status === 200 || status === 201 || status === 202;

const headersOf = (call: ProviderCall) => ({ authorization: `Bearer ${call.apiKey}`, accept: 'application/json' });
