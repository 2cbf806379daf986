import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, locationOf, postOf } from '../client.ts';
import { sent } from './canaries.ts';
import type { WatchedDarkroom } from './watched-darkroom.ts';

export const openai = 'openai/gpt-image-2';
export const bearer = { authorization: `Bearer ${sent.key}` };
export const json = { 'content-type': 'application/json' };
export const wantsRaw = { 'x-bf-send-back-raw-request': 'true', 'x-bf-send-back-raw-response': 'true' };

/** Whoever has the canary of a virtual key. */
export type Caller = ReturnType<typeof callerOf>;

export function callerOf({ ask }: WatchedDarkroom) {
  const post =
    (door: string) =>
    (segment: string, body: object | FormData, headers: Record<string, string> = {}): Promise<Answer> =>
      ask(`${door}/${segment}`, postOf(body, { ...bearer, ...headers }));
  const submit = post('/v1/async/images');
  const look = (accepted: Answer, init: RequestInit = {}, behind = '') =>
    ask(`${new URL(locationOf(accepted)).pathname}${behind}`, { ...init, headers: { ...bearer, ...init.headers } });
  return {
    submit,
    /** At the synchronous route. */
    make: post('/v1/images'),
    look,
    async run(segment: string, body: object | FormData, headers?: Record<string, string>): Promise<Answer> {
      const accepted = await submit(segment, body, headers);
      if (accepted.status !== 202) throw new Error(`${accepted.status} ${accepted.bytes}`);
      for (const giveUpAt = Date.now() + 180_000; Date.now() < giveUpAt; await delay(50)) {
        const answer = await look(accepted);
        if (answer.status === 200) return answer;
      }
      throw new Error('A job did not end.');
    },
  };
}
