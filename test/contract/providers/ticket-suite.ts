import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { Ticket } from '../../../lambda/domain/jobs/attempt.ts';
import type { Failed, ImageProvider } from '../../../lambda/domain/provider.ts';
import type { OutgoingRequest, SendRequest } from '../../../lambda/domain/send-request.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { kept } from './carry-out.ts';
import { apiKey, memoryCall } from './memory-call.ts';
import type { ProviderSubject } from './provider-fixture.ts';

const workSeconds = 0.4;

/** What every adapter promises whose provider answers with a ticket, beside what all promise. */
export function describeTickets(
  { name, model, vendor = { name, wire: name } }: ProviderSubject,
  { cancels }: { readonly cancels: boolean },
): void {
  describe(`the tickets of ${name}`, () => {
    let simulator: VendorSimulator;
    const sent: OutgoingRequest[] = [];
    const send: SendRequest = (request) => {
      sent.push(request);
      return sendRequest(request);
    };
    const adapter = async (via: SendRequest = send): Promise<ImageProvider> =>
      (await createProviders({ [name]: { baseUrl: simulator.baseUrl(name) } }, via))(name);
    const catalog = createCatalog({ [name]: { baseUrl: 'http://127.0.0.1:9' } });
    const asked = { operation: 'generation', prompt: 'a slow boat', n: 1, parameters: {}, extra: {} } as const;
    const { request } = createPlanRequest(catalog.specOf)({ provider: name, model }, asked, [], undefined);

    async function ticketOf(via?: SendRequest): Promise<Ticket> {
      const outcome = await (await adapter(via)).start(request, memoryCall());
      if (outcome.status !== 'waiting') throw new Error('There was no ticket.');
      return kept(outcome.ticket);
    }
    async function resume(ticket: Ticket, via?: SendRequest) {
      const outcome = await (await adapter(via)).resume?.(ticket, memoryCall());
      if (!outcome) throw new Error('The adapter does not resume.');
      return outcome;
    }
    async function ended(ticket: Ticket) {
      let outcome = await resume(ticket);
      for (let polls = 0; outcome.status === 'waiting' && polls < 100; polls += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        outcome = await resume(kept(outcome.ticket));
      }
      return outcome;
    }
    const changed = (ticket: Ticket, from: RegExp | string, to: string): Ticket =>
      JSON.parse(JSON.stringify(ticket).replaceAll(from, to));
    const operations = () => simulator.ledger.requests().map((entry) => entry.operation);

    beforeAll(async () => {
      simulator = await startVendorSimulator({ latencySeconds: workSeconds, vendors: [vendor] });
    });
    beforeEach(() => {
      simulator.ledger.clear();
      sent.length = 0;
    });
    afterAll(() => simulator.stop());

    it('come before the work is done, without the key, and say when to look first', async () => {
      const outcome = await (await adapter()).start(request, memoryCall());
      expect(operations()).not.toContain('poll');
      const { typicalSeconds } = catalog.timing({ provider: name, model });
      if (outcome.status !== 'waiting') throw new Error('There was no ticket.');
      expect(outcome.checkAfterSeconds).toBeGreaterThan(0);
      expect(outcome.checkAfterSeconds).toBeLessThanOrEqual(typicalSeconds);
      expect(kept(outcome.ticket)).toEqual(outcome.ticket);
      expect(JSON.stringify(outcome.ticket)).not.toContain(apiKey);
    });

    it('lead to the images, with no second request for the work', async () => {
      const ticket = await ticketOf();
      expect(await resume(ticket)).toMatchObject({ status: 'waiting' });
      expect(await ended(ticket)).toMatchObject({ status: 'finished', images: [{ url: expect.any(String) }] });
      expect(operations().filter((operation) => operation !== 'poll')).toEqual(['task']);
      expect(simulator.ledger.charges()).toHaveLength(1);
    });

    it('outlive an asking that failed: it throws, and the same ticket finds the images', async () => {
      const ticket = await ticketOf();
      const cut: SendRequest = async () => {
        throw new ProviderFailure('overloaded', 'The provider could not be reached.');
      };
      const busy: SendRequest = async () => ({ status: 503, headers: {}, body: (async function* () {})() });
      const limited: SendRequest = async () => ({
        status: 429,
        headers: { 'retry-after': '7' },
        body: (async function* () {})(),
      });
      await expect(resume(ticket, cut)).rejects.toMatchObject({ kind: 'overloaded' });
      await expect(resume(ticket, busy)).rejects.toMatchObject({ kind: 'overloaded' });
      await expect(resume(ticket, limited)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 7 });
      expect(await ended(ticket)).toMatchObject({ status: 'finished' });
      expect(simulator.ledger.charges()).toHaveLength(1);
    });

    it('end in an unknown outcome where the provider knows nothing of the work', async () => {
      const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
      const lost = changed(await ticketOf(), uuid, randomUUID());
      const outcome = await ended(lost);
      expect(outcome).toMatchObject({ status: 'failed', failure: { kind: 'unknown_outcome', billed: 'unknown' } });
      expect(operations().filter((operation) => operation === 'task')).toHaveLength(1);
    });

    it('that name another host are refused, and the key stays here', async () => {
      const elsewhere = changed(await ticketOf(), simulator.origin, 'https://elsewhere.example');
      sent.length = 0;
      expect(await resume(elsewhere)).toMatchObject({ status: 'failed', failure: { kind: 'malformed' } });
      if (cancels) await expect((await adapter()).cancel?.(elsewhere, memoryCall())).rejects.toThrow(ProviderFailure);
      expect(sent).toEqual([]);
      const misled: SendRequest = async (outgoing) => {
        const answer = await sendRequest(outgoing);
        const text = (await buffer(answer.body)).toString();
        const body = Buffer.from(text.replaceAll(simulator.origin, 'https://elsewhere.example'));
        return {
          ...answer,
          body: (async function* () {
            yield body;
          })(),
        };
      };
      await expect(ticketOf(misled)).rejects.toMatchObject({ kind: 'malformed', billed: 'unknown' });
    });

    it(cancels ? 'can be called off, more than once' : 'can not be called off', async () => {
      const { cancel } = await adapter();
      if (!cancels) return expect(cancel).toBeUndefined();
      const ticket = await ticketOf();
      await cancel?.(ticket, memoryCall());
      await cancel?.(ticket, memoryCall());
      expect(operations()).toEqual(['task', 'cancel', 'cancel']);
      // A provider that doesn't say itself that it has stopped leaves the outcome open.
      const { failure } = (await ended(ticket)) as Failed;
      expect(['called_off', 'unknown_outcome']).toContain(failure.kind);
      expect(failure.billed).toBe('unknown');
    });
  });
}
