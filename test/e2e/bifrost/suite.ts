import { setTimeout as delay } from 'node:timers/promises';
import { fileOf, formOf, photograph } from '../../support/sample-files.ts';
import { type Answer, fetchAnswer, postOf, type Segment } from '../client.ts';

/** What Bifrost's suite calls an endpoint case: a path, and a body that it takes. */
export const endpoints = {
  generations: async () => ({ model, prompt: 'A circle' }),
  edits: async () => formOf(['model', model], ['prompt', 'Make it blue'], ['image', await cat()]),
  variations: async () => formOf(['model', model], ['image', await cat()]),
} as const satisfies Record<Segment, () => Promise<FormData | object>>;

export const segments = Object.keys(endpoints) as Segment[];
export const model = 'openai/gpt-image-2';
const cat = async (): Promise<File> => fileOf(await photograph('chelsea.png'), 'image.png');

export type Credential = Readonly<Record<string, string>>;

/** The ways by which Bifrost takes a virtual key. */
export const waysOfKey: Readonly<Record<string, (key: string) => Credential>> = {
  'x-bf-vk': (key) => ({ 'x-bf-vk': key }),
  Authorization: (key) => ({ authorization: `Bearer ${key}` }),
  'x-api-key': (key) => ({ 'x-api-key': key }),
  'x-goog-api-key': (key) => ({ 'x-goog-api-key': key }),
};

/** Asks a gateway as Bifrost's suite does. */
export interface SuiteClient {
  submit(segment: Segment, credential: Credential, body?: FormData | object): Promise<Answer>;
  /** One look at a job, or at what another operation's path says of it. */
  look(segment: Segment, id: string, credential: Credential): Promise<Answer>;
  /** Looks until the status is the wanted one, 20 seconds at the most, and gives the last answer. */
  pollUntil(wanted: number, segment: Segment, id: string, credential: Credential): Promise<Answer>;
  send(path: string, init: RequestInit): Promise<Answer>;
}

export function createSuiteClient(origin: string): SuiteClient {
  const send: SuiteClient['send'] = (path, init) => fetchAnswer(origin + path, init);
  const look: SuiteClient['look'] = (segment, id, headers) => send(`/v1/async/images/${segment}/${id}`, { headers });
  return {
    send,
    look,
    submit: async (segment, credential, body) =>
      send(`/v1/async/images/${segment}`, postOf(body ?? (await endpoints[segment]()), credential)),
    async pollUntil(wanted, segment, id, credential) {
      for (const giveUpAt = Date.now() + 20_000; ; await delay(30)) {
        const answer = await look(segment, id, credential);
        if (answer.status === wanted || Date.now() > giveUpAt) return answer;
      }
    },
  };
}
