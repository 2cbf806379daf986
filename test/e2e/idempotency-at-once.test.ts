import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { clearMask, fileOf, formOf } from '../support/sample-files.ts';
import { type Answer, type Client, createClient } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';
import { isReplayed, keyed } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
const atOnce = 300;
let darkroom: LocalDarkroom;
let stores: OpenStores;
let client: Client;

beforeAll(async () => {
  darkroom = await runLocally({ port: 0, bundle: bundledFunctions, latencySeconds: 0.1, log: () => undefined });
  stores = openStores(darkroom.stack);
  client = createClient(darkroom.stack.origin);
});

afterAll(async () => {
  stores?.close();
  await darkroom?.stop();
});

const editOf = (prompt: string, image: Buffer, name = 'cat.png'): FormData =>
  formOf(['model', model], ['prompt', prompt], ['image', fileOf(image, name)]);

/** What is in the stores now and was not there before. */
async function madeBy(work: () => Promise<void>) {
  const [jobsBefore, objectsBefore] = await Promise.all([stores.jobIds(), stores.objectKeys()]);
  await work();
  const [jobs, objects] = await Promise.all([stores.jobIds(), stores.objectKeys()]);
  return {
    jobs: jobs.filter((id) => !jobsBefore.includes(id)),
    inputs: objects.filter((key) => key.startsWith('inputs/') && !objectsBefore.includes(key)),
  };
}

/** Submits the same many times at once, and checks that it is one job to everybody. Gives its id. */
async function submitAtOnce(submit: () => Promise<Answer>): Promise<string> {
  const answers = await Promise.all(Array.from({ length: atOnce }, submit));
  expect(answers.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
  const [id = '', ...others] = new Set(answers.map((answer) => answer.job().id));
  expect(others).toEqual([]);
  expect(answers.filter((answer) => !isReplayed(answer))).toHaveLength(1);
  return id;
}

describe(`${atOnce} submissions at once with one Idempotency-Key`, () => {
  it('are one job, one set of stored inputs and one provider request in JSON', async () => {
    const prompt = promptOf('three hundred times in JSON');
    // Past 8 KiB the parameters are an object beside the inputs, so that each of the requests stores something.
    const body = { model, prompt: `${prompt}${' Very.'.repeat(1_500)}` };
    let id = '';
    const made = await madeBy(async () => {
      id = await submitAtOnce(() => client.submit('generations', body, keyed('at-once-json')));
      const { job } = await client.ended(`${darkroom.stack.origin}/v1/async/images/generations/${id}`);
      expect(job.status).toBe('completed');
    });
    expect(made.jobs).toEqual([id]);
    expect(made.inputs.map((key) => key.split('/').at(-1))).toEqual(['submission.json']);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });

  it('are one job, one set of stored inputs and one provider request in multipart', async () => {
    const prompt = promptOf('three hundred times as a form');
    const small = await clearMask(64, 64);
    let id = '';
    const made = await madeBy(async () => {
      const form = () => {
        const body = editOf(prompt, small);
        body.append('mask', fileOf(small, 'mask.png'));
        return body;
      };
      id = await submitAtOnce(() => client.submit('edits', form(), keyed('at-once-form')));
      const { job } = await client.ended(`${darkroom.stack.origin}/v1/async/images/edits/${id}`);
      expect(job.status).toBe('completed');
    });
    expect(made.jobs).toEqual([id]);
    expect(made.inputs.map((key) => key.split('/').at(-1)).sort()).toEqual(['image-1.png', 'mask.png']);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });
});
