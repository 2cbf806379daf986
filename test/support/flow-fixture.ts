import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { createLinkSigner } from '../../lambda/adapters/secrets/link-signer.ts';
import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import { jobPath } from '../../lambda/contract/routes.ts';
import type { StoredImage } from '../../lambda/domain/images/image.ts';
import { complete } from '../../lambda/domain/jobs/endings.ts';
import type { StorageLinks, Timers } from '../../lambda/domain/ports.ts';
import { answerFault } from '../../lambda/http/answer/answer-fault.ts';
import type { Answer } from '../../lambda/http/answer/api-response.ts';
import { createApiFixture } from './api-fixture.ts';
import { knownCallers, knownKey } from './known-callers.ts';
import { type EventFacts, sampleEvent } from './sample-events.ts';
import { sampleAttempt } from './sample-job.ts';
import { onePixelPng } from './worker-fixture.ts';

/** An answer, read to its end. `body` is parsed where it is JSON. */
export interface FlowAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says which members it looks for
  readonly body: any;
}

/** All that the flows of the API need, in memory, with a sample job's routes. */
export function createFlowFixture() {
  const api = createApiFixture();
  const links: StorageLinks = {
    linkTo: async (key, _, seconds, method) => `https://storage.example/${key}?method=${method}&seconds=${seconds}`,
  };
  /** Whoever waits moves the clock on. */
  const timers: Timers = {
    after(milliseconds, callback) {
      const timer = setImmediate(() => {
        api.clock.advance(milliseconds / 1000);
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
  return {
    ...api,
    ...{ timers, links, sha256, submitting: { ...api.submitting, timers } },
    authentication: knownCallers(api.clock),
    signer: createLinkSigner({ keyFor: async () => new Uint8Array(32) }),
    usualSeconds: async () => 20,
    settings: { ...api.settings, maxWaitSeconds: 15 },
    /** The sample job ends with one image, which lies in the store. */
    async complete(): Promise<StoredImage> {
      const image: StoredImage = {
        ...{ type: 'png', width: 1, height: 1, hasAlpha: false },
        ...{ key: 'results/0.png', bytes: onePixelPng.length },
      };
      const result = { images: [image], provider: 'openai', model: 'm', latency: 1, warnings: [] };
      const job = await api.work();
      await api.images.put(image.key, onePixelPng, 'image/png');
      await api.jobs.apply(job.id, complete(job, sampleAttempt({ outcome: 'succeeded' }), result, api.clock.now()));
      return image;
    },
  };
}

/** A request about a job, by default about the sample job of `createApiFixture` and its route. */
export const jobRequest = (id: string, over: EventFacts & { readonly action?: string } = {}): EventFacts => {
  const { action = '', ...facts } = over;
  return {
    resource: `${jobPath('generation', '{job_id}')}${action}`,
    pathParameters: { job_id: id },
    calledPath: `/prod${jobPath('generation', id)}${action}`,
    ...facts,
  };
};

/** Asks a flow with the key of `vk_1`, unless the headers name another, and reads its answer; what it throws is answered as the function would. */
export async function ask(answer: Answer, facts: EventFacts, remainingSeconds = 300): Promise<FlowAnswer> {
  const headers = { 'x-bf-vk': knownKey, host: 'a.example', ...facts.headers };
  const event = sampleEvent({ ...facts, headers });
  const context = { getRemainingTimeInMillis: () => remainingSeconds * 1000 } as Context;
  const fault = answerFault({ record: () => {} });
  const response = await answer(event, context).catch((error: unknown) => fault(error, event));
  const sent = typeof response.body === 'string' ? response.body : await text(response.body);
  const isJson = response.headers['content-type']?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(sent) : sent };
}
