import { describe, expect, it } from 'vitest';
import { type HostileCase, hostileCase } from '../../support/hostile/event.ts';
import { judge } from '../../support/hostile/judge.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { knownKey } from '../../support/known-callers.ts';
import { sampleEvent } from '../../support/sample-events.ts';
import { createSubmitPath } from '../../support/submit-path.ts';
import { dataUri, formBody, formType } from './sample-forms.ts';

const seed = 20_261_126;
const cases = 6_000;

const path = '/v1/async/images/edits';
const edit = (body: Buffer | string, type: string): HostileCase['event'] =>
  sampleEvent({ method: 'POST', resource: path, body, headers: { 'x-bf-vk': knownKey, 'content-type': type } });
const image = Buffer.from(pngBytes(300));
const form = formBody([
  ['model', 'openai/gpt-image-2'],
  ['prompt', 'größe'],
  ['image', image, 'a.png'],
]);
const json = JSON.stringify({ model: 'openai/gpt-image-2', prompt: 'größe', image: dataUri(image) });
const sent = { images: [image], prompt: 'größe' };

describe('the way of a submission, from event to answer', () => {
  it('keeps every promise for thousands of hostile requests', async () => {
    const outcomes = new Map<string, number>();
    const failures: string[] = [];
    for (let index = 0; index < cases; index += 1) {
      const { outcome, broken } = await judge(hostileCase(seed, index));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (broken.length > 0) failures.push(`npm run fuzz -- --seed ${seed} --replay ${index}: ${broken.join(' ')}`);
    }
    expect(failures).toEqual([]);
    // Bodies that are all refused at the door would prove nothing of what lies behind it.
    expect(outcomes.get('accepted')).toBeGreaterThan(cases / 20);
    expect(outcomes.size).toBeGreaterThan(8);
  });

  it.each([
    ['a form', form, formType(), form.lastIndexOf('--') + 2],
    ['JSON', Buffer.from(json), 'application/json', Buffer.byteLength(json)],
  ])('refuses %s that is cut, at whichever byte, and keeps nothing of it', async (_, body, type, whole) => {
    for (let cut = 0; cut < whole; cut += 1) {
      const { outcome, broken } = await judge({ event: edit(body.subarray(0, cut), type), sent: undefined });
      expect({ cut, outcome, broken }).toEqual({ cut, outcome: 'invalid_request', broken: [] });
    }
    const event = edit(body.subarray(0, whole), type);
    expect(await judge({ event, sent })).toEqual({ outcome: 'accepted', broken: [] });
  });
});

describe('judge', () => {
  const event = edit(form, formType());

  it('sees that other bytes were stored than were sent', async () => {
    const other = { ...sent, images: [Buffer.concat([image, Buffer.from('\n')])] };
    expect((await judge({ event, sent: other })).broken).toEqual(['The images are not those that were sent.']);
    expect((await judge({ event, sent: { ...sent, prompt: 'grösse' } })).broken).toHaveLength(1);
  });

  it('sees a fault', async () => {
    const { broken } = await judge({ event: { ...event, resource: '/nowhere' }, sent: undefined });
    expect(broken.join()).toContain('The status is 500.');
    expect(broken.join()).toContain('has no operation');
  });
});

describe('hostileCase', () => {
  it('gives the same case for the same seed and number, and others for others', () => {
    const text = (...numbers: [number, number]) => JSON.stringify(hostileCase(...numbers));
    expect(text(1, 7)).toBe(text(1, 7));
    expect(new Set([text(1, 7), text(1, 8), text(2, 7)]).size).toBe(3);
  });
});

describe('createSubmitPath', () => {
  it('knows one key', async () => {
    const { result } = await createSubmitPath().handle({ ...edit(form, formType()), headers: {} });
    expect(result.statusCode).toBe(401);
  });
});
