import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { localKey } from '../../bin/run-locally.ts';
import { headerNames } from '../../lambda/contract/headers.ts';
import type { ImageJob } from '../../lambda/contract/job.ts';
import type { JobHistory } from './history.ts';
import type { JobPlan } from './job-plan.ts';

const segments = { generation: 'generations', edit: 'edits' } as const;
const doors = { asynchronous: '/v1/async/images', synchronous: '/v1/images' } as const;
const tries = 6;
const pollMilliseconds = 3_000;

/** A client of the gateway that does what its plan says, and writes down what it is told. */
export interface ChaosClient {
  /** Submits a job, and what else its plan has a client do. Never rejects: what goes wrong is part of the history. */
  live(history: JobHistory, onAccepted: () => Promise<void>): Promise<void>;
  /** Asks for a job once, as the last thing of a run. */
  look(history: JobHistory): Promise<void>;
}

/** A photograph that every edit sends, small enough for thousands of them. */
export async function smallPhotograph(): Promise<Buffer> {
  const original = readFileSync(new URL('../../examples/chelsea.png', import.meta.url));
  return sharp(original).resize(96, 96, { fit: 'cover' }).png().toBuffer();
}

export function createChaosClient(origin: string, photograph: Buffer, stopped: AbortSignal): ChaosClient {
  const ask = (path: string, init: RequestInit = {}, door: string = doors.asynchronous) =>
    fetch(`${origin}${door}/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${localKey}`, ...init.headers },
      signal: AbortSignal.timeout(45_000),
    });
  const pathOf = ({ plan, id }: JobHistory): string => `${segments[plan.operation]}/${id}`;

  async function submit(history: JobHistory, twin: number): Promise<void> {
    const { plan } = history;
    const door = plan.synchronous && twin % 2 === 0 ? doors.synchronous : doors.asynchronous;
    const [body, type] = bodyOf(plan, photograph);
    const headers = {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(plan.twins > 0 ? { 'idempotency-key': plan.token } : {}),
      ...(plan.raw ? { 'x-bf-send-back-raw-request': 'true', 'x-bf-send-back-raw-response': 'true' } : {}),
    };
    // Without a key another try would be another job, and nobody could tell whose request a provider got.
    for (let left = plan.twins > 0 && plan.insists ? tries : 1; left > 0; left -= 1) {
      const answer = await ask(segments[plan.operation], { method: 'POST', body, headers }, door).catch(
        () => undefined,
      );
      const idInHead = answer?.headers.get(headerNames.jobId);
      if (idInHead) {
        await answer?.text().catch(() => undefined);
        return accept(history, idInHead);
      }
      if (answer?.status === 202 || answer?.status === 200) {
        const job = (await answer.json()) as ImageJob;
        history.answers.push({ at: Date.now(), job });
        return accept(history, job.id);
      }
      const text = await answer?.text().catch(() => '');
      history.refusals.push({ status: answer?.status ?? 0, text: text ?? '' });
      await delay(300);
    }
  }

  function accept(history: JobHistory, id: string): void {
    history.id ??= id;
    history.acceptedAt ??= Date.now();
    history.ids.add(id);
  }

  async function look(history: JobHistory): Promise<ImageJob | undefined> {
    const answer = await ask(pathOf(history)).catch(() => undefined);
    const job = answer?.status === 200 || answer?.status === 202 ? ((await answer.json()) as ImageJob) : undefined;
    if (answer?.status === 404) history.unknownAt ??= Date.now();
    if (job) history.answers.push({ at: Date.now(), job });
    return job;
  }

  async function poll(history: JobHistory): Promise<void> {
    while (!stopped.aborted && !history.deleted) {
      const job = await look(history);
      if (job?.completed_at !== undefined || history.unknownAt !== undefined) return;
      await delay(pollMilliseconds);
    }
  }

  /** The call is made again where a function died of it; a job that has gone meanwhile is as good. */
  async function insist(method: string, path: string): Promise<boolean> {
    for (let left = tries; left > 0; left -= 1) {
      const answer = await ask(path, { method }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer !== undefined && answer.status < 500) return answer.status < 300;
      await delay(300);
    }
    return false;
  }

  async function interfere(history: JobHistory): Promise<void> {
    const { cancelAfterSeconds, deleteAfterSeconds } = history.plan;
    if (cancelAfterSeconds !== undefined) {
      await delay(cancelAfterSeconds * 1000);
      history.cancelled = await insist('POST', `${pathOf(history)}/cancel`);
    }
    if (deleteAfterSeconds !== undefined) {
      await delay(deleteAfterSeconds * 1000);
      history.deleted = await insist('DELETE', pathOf(history));
    }
  }

  return {
    async live(history, onAccepted) {
      const { plan } = history;
      await Promise.all(Array.from({ length: Math.max(1, plan.twins) }, (_, at) => submit(history, at)));
      if (history.id === undefined) return;
      await onAccepted();
      await Promise.all([plan.polls ? poll(history) : undefined, interfere(history)]);
    },
    async look(history) {
      await look(history);
    },
  };
}

/** A form for edits, JSON for the rest, which has to be told its type. */
function bodyOf(plan: JobPlan, photograph: Buffer): readonly [FormData | string, string | undefined] {
  const { model, prompt, n, size, fallbacks } = plan;
  if (plan.operation === 'generation') {
    return [JSON.stringify({ model, prompt, n, size, fallbacks }), 'application/json'];
  }
  const form = new FormData();
  for (const [name, value] of Object.entries({ model, prompt, n: String(n), size })) form.set(name, value);
  form.set('image', new File([new Uint8Array(photograph)], 'cat.png', { type: 'image/png' }));
  return [form, undefined];
}
