/**
 * Replicate's webhooks: the prediction, sent and signed when it begins and when it has ended. Sources:
 * replicate.com/docs/topics/webhooks, replicate/replicate-javascript `lib/util.js` (how a signature is checked). The
 * simulator reaches this machine alone.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { replicateError } from './replicate-errors.ts';
import { beginningOf, predictionOf, readyWithin } from './replicate-predictions.ts';
import type { VendorTask } from './vendor-tasks.ts';
import { jsonAnswer, type VendorContext, type WireAnswer, type WireRoute } from './vendor-wire.ts';

const key = randomBytes(24);

/** `GET /webhooks/default/secret` */
export const webhookSecret: WireRoute = {
  method: 'GET',
  path: '/webhooks/default/secret',
  operation: 'webhooks',
  describe: () => ({}),
  plan: async () => ({ kind: 'reply', answer: jsonAnswer(200, { key: `whsec_${key.toString('base64')}` }) }),
};

/** The webhook of a prediction: its URL, and the events to send. */
export interface Webhook {
  readonly address: string;
  readonly events: readonly string[];
}

/** The webhook of a request, if it has one, or the refusal of one that can't be reached. */
export function webhookIn(fields: Readonly<Record<string, unknown>> | undefined): Webhook | WireAnswer | undefined {
  const { webhook, webhook_events_filter: events } = fields ?? {};
  if (webhook === undefined) return undefined;
  const address = URL.canParse(String(webhook)) ? new URL(String(webhook)) : undefined;
  if (address?.hostname !== '127.0.0.1')
    return replicateError(422, '- webhook: Could not be reached', 'Invalid webhook');
  return { address: address.href, events: Array.isArray(events) ? events.map(String) : ['start', 'completed'] };
}

/** Sends a prediction's events to its webhook. An unreachable webhook changes nothing. */
export async function tellOf(task: VendorTask, { address, events }: Webhook, vendor: VendorContext): Promise<void> {
  if (events.includes('start')) await send(address, beginningOf(task, vendor));
  await readyWithin(task, Number.POSITIVE_INFINITY);
  if (events.includes('completed')) await send(address, await predictionOf(vendor.tasks.find(task.id) ?? task, vendor));
}

async function send(address: string, prediction: object): Promise<void> {
  const body = JSON.stringify(prediction);
  const [id, timestamp] = [`msg_${randomUUID()}`, String(Math.floor(Date.now() / 1000))];
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
}
