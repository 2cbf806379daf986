import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { inspectMask } from '../../lambda/adapters/images/inspect-mask.ts';
import { createJobIds } from '../../lambda/adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../../lambda/adapters/secrets/link-signer.ts';
import { systemTimers } from '../../lambda/adapters/system-timers.ts';
import type { PassThrough } from '../../lambda/contract/pass-through.ts';
import { answerSynchronously } from '../../lambda/handlers/flows/answer-synchronously.ts';
import { answerFault } from '../../lambda/http/answer/answer-fault.ts';
import { createApiFixture, sampleKey } from './api-fixture.ts';
import { knownCallers, knownKey } from './known-callers.ts';
import { createMemoryFileReads } from './memory-file-reads.ts';
import { createMemoryWaitSlots } from './memory-wait-slots.ts';
import { sampleEvent } from './sample-events.ts';
import { type Act, createWorkerFixture } from './worker-fixture.ts';

/** The limit of synchronous answers, and how long the function may take, in seconds. */
export const limitSeconds = 60;
const functionSeconds = 400;

interface SynchronousPathOptions {
  readonly maxWaits?: number;
  readonly passThrough?: PassThrough | 'none';
}

/** A synchronous answer, read to its end. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * The function of synchronous requests over stores in memory, with a provider that follows a script: composed as
 * `handlers/run-synchronously.ts` composes it. To be made and asked within `inVirtualTime`.
 */
export function createSynchronousPath(
  script: Act[],
  { maxWaits = 5, passThrough = 'none' }: SynchronousPathOptions = {},
) {
  const worker = createWorkerFixture(script);
  const api = createApiFixture();
  const clock = { now: () => Date.now() };
  const rootSecret = { keyFor: async () => new Uint8Array(32) };
  const fault = answerFault(worker.dependencies.telemetry);
  let isKeyActive = true;
  const answer = answerSynchronously({
    ...worker.dependencies,
    ...{ clock, timers: systemTimers },
    authentication: knownCallers(clock),
    virtualKeys: { find: async () => sampleKey({ active: isKeyActive }) },
    usage: { ...worker.usage, ...api.usage },
    waits: createMemoryWaitSlots({ clock, maxWaits }),
    ids: createJobIds(rootSecret),
    inspectMask,
    files: api.submitting.files,
    fileReads: createMemoryFileReads(worker.images),
    refuseAddress: api.submitting.refuseAddress,
    signer: createLinkSigner(rootSecret),
    answerFault: fault,
    md5: api.submitting.md5,
    sha256: api.submitting.sha256,
    catalog: {
      resolve: (name) => ({ provider: 'openai', model: name.replace('openai/', '') }),
      price: () => undefined,
      timing: () => ({ typicalSeconds: 20, timeoutSeconds: 300, isPolled: false }),
      specOf: ({ model }) => ({ isGptImage: model.startsWith('gpt-') }) as never,
    },
    settings: {
      ...{ ...worker.dependencies.settings, ...api.submitting.settings },
      synchronousSeconds: limitSeconds,
      passThrough,
    },
  });
  const context = { getRemainingTimeInMillis: () => functionSeconds * 1000 } as Context;
  const eventOf = (body: object, headers: Record<string, string>, query?: string): APIGatewayProxyEvent =>
    sampleEvent({
      ...(query === undefined ? {} : { query }),
      method: 'POST',
      resource: '/v1/images/generations',
      calledPath: '/prod/v1/images/generations',
      body: JSON.stringify({ model: 'openai/gpt-image-2', prompt: 'a lighthouse', ...body }),
      headers: { authorization: `Bearer ${knownKey}`, host: 'a.example', ...headers },
    });
  /** The answer as the function begins to send it; what it throws is answered as the function answers it. */
  const begin = (body: object = {}, headers: Record<string, string> = {}, query?: string) => {
    const event = eventOf(body, headers, query);
    return answer(event, context).catch((error: unknown) => fault(error, event));
  };
  return {
    ...worker,
    begin,
    block: () => {
      isKeyActive = false;
    },
    /** Asks, and reads the answer to its end. */
    async ask(body: object = {}, headers: Record<string, string> = {}, query?: string): Promise<ReadAnswer> {
      const { status, headers: shown, body: sent, rest } = await begin(body, headers, query);
      const read = typeof sent === 'string' ? sent : await text(sent);
      await rest?.();
      return { status, headers: shown, text: read };
    },
  };
}
