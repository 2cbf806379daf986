import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Client, createClient, locationOf } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const maxWaitsPerOwner = 5;
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({ maxWaitsPerOwner });
});

afterAll(async () => {
  await darkroom?.stop();
});

const prefer = { prefer: 'wait=25' };
const submission = (name: string) => ({ model, prompt: promptOf(`of ${name}, not soon [slow:60]`) });

/** A job that takes longer than any wait, unless its owner cancels it. */
async function slowJob(client: Client, name: string) {
  const { pathname } = new URL(locationOf(await client.submit('generations', submission(name))));
  return {
    wait: (headers: Record<string, string> = prefer) => client.ask(pathname, { headers }),
    cancel: () => client.ask(`${pathname}/cancel`, { method: 'POST' }),
  };
}

const isHeld = (answer: Answer): boolean => answer.headers.has('preference-applied');

/** Resolves when so many of the answers are there. */
const arrived = (answers: readonly Promise<Answer>[], count: number): Promise<readonly Answer[]> =>
  new Promise((resolve, reject) => {
    const there: Answer[] = [];
    for (const each of answers) {
      each.then((answer) => {
        there.push(answer);
        if (there.length === count) resolve([...there]);
      }, reject);
    }
  });

describe('withWaitSlot', () => {
  it('lets 5 of 60 callers of one owner wait and answers 55 at once, while another owner waits', async () => {
    const [one, other] = await Promise.all([
      slowJob(darkroom.client, 'one'),
      darkroom.newKey('other').then((key) => slowJob(createClient(darkroom.origin, key), 'other')),
    ]);
    const waits = Array.from({ length: 60 }, () => one.wait());
    const otherWait = other.wait();
    for (const answer of await arrived(waits, 60 - maxWaitsPerOwner)) {
      expect(answer.status).toBe(202);
      expect(isHeld(answer)).toBe(false);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    // A POST takes of the same waits.
    const posted = await darkroom.client.submit('generations', submission('one as well'), prefer);
    expect([posted.status, isHeld(posted)]).toEqual([202, false]);

    await Promise.all([one.cancel(), other.cancel()]);
    const held = (await Promise.all(waits)).filter(isHeld);
    expect(held.map((answer) => [answer.status, answer.job().status])).toEqual(
      Array(maxWaitsPerOwner).fill([200, 'cancelled']),
    );
    const otherAnswer = await otherWait;
    expect([otherAnswer.status, isHeld(otherAnswer)]).toEqual([200, true]);
    expect(darkroom.logLines.filter((line) => line.includes('"wait_refused"'))).toHaveLength(56);

    // Their slots are free again.
    const next = await slowJob(darkroom.client, 'one again');
    const again = await next.wait({ prefer: 'wait=1' });
    expect([again.status, isHeld(again)]).toEqual([202, true]);
    await next.cancel();
  });
});
