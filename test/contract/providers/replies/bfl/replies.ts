import type { Answer, Replier } from '../reply.ts';

const task: Answer = { body: { id: 't1', polling_url: 'ORIGIN/v1/get_result?id=t1', cost: null } };
const polled = (...bodies: readonly object[]): readonly Answer[] => [task, ...bodies.map((body) => ({ body }))];
const ready = { id: 't1', status: 'Ready', result: { sample: 'ORIGIN/a.png?sig=1', seed: 1 } };
const refusal = (status: number, body: unknown): readonly Answer[] => [{ status, body }];

/** docs.bfl.ai (errors; integration guidelines) where nothing else is said. */
export const subject: Replier = {
  model: 'flux-2-pro',
  replies: [
    {
      name: 'a task that becomes ready',
      source: 'docs.bfl.ai',
      answers: polled({ status: 'Pending' }, ready),
      becomes: { images: 1 },
    },
    {
      name: 'a task whose price is told with its ticket',
      source: 'api.bfl.ai/openapi.json, AsyncResponse; docs.bfl.ai, pricing',
      answers: [
        { body: { id: 't1', polling_url: 'ORIGIN/v1/get_result?id=t1', cost: 4.5, input_mp: 1, output_mp: 1 } },
        { body: { status: 'Pending' } },
        { body: ready },
      ],
      becomes: { images: 1, cost: 45_000 },
    },
    {
      name: 'the states of FLUX 3',
      source: 'vercel/ai, @ai-sdk/black-forest-labs 1.0.68',
      answers: polled({ status: 'Reasoning' }, { status: 'Generating', progress: '0.4' }, ready),
      becomes: { images: 1 },
    },
    {
      name: 'a state by its other name',
      source: 'vercel/ai black-forest-labs-image-model.test.ts',
      answers: polled({ ...ready, status: undefined, state: 'Ready' }),
      becomes: { images: 1 },
    },
    {
      name: 'a task that a cluster does not know yet',
      source: 'docs.bfl.ai',
      answers: [task, { status: 404, body: { status: 'Task not found' } }, { body: ready }],
      becomes: { images: 1 },
    },
    {
      name: 'a refused request',
      source: 'docs.bfl.ai, errors',
      answers: polled({ status: 'Request Moderated', result: null, details: { 'Moderation Reasons': ['Violence'] } }),
      becomes: { kind: 'refused', billed: 'unknown', message: 'Violence' },
    },
    {
      name: 'a refused result',
      source: 'docs.bfl.ai, errors',
      answers: polled({ status: 'Content Moderated', details: null }),
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'work that failed',
      source: 'docs.bfl.ai',
      answers: polled({ status: 'Error', result: {} }),
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'ready, without an image',
      source: 'vercel/ai black-forest-labs-image-model.test.ts',
      answers: polled({ status: 'Ready', result: { sample: '' } }),
      becomes: { kind: 'malformed', billed: 'unknown', message: 'without an image' },
    },
    {
      name: 'a detail that is an object',
      source: 'vercel/ai black-forest-labs-image-model.test.ts',
      answers: refusal(400, { detail: { error: 'Invalid prompt' } }),
      becomes: { kind: 'invalid', billed: 'no', message: 'Invalid prompt' },
    },
    {
      name: 'a detail that is a list',
      source: 'api.bfl.ai/openapi.json, HTTPValidationError',
      answers: refusal(422, { detail: [{ loc: ['body', 'width'], msg: 'Too small', type: 'greater_than' }] }),
      becomes: { kind: 'invalid', billed: 'no', message: 'Too small', param: 'size' },
    },
    {
      name: 'no credits',
      source: 'docs.bfl.ai, errors',
      answers: refusal(402, { detail: 'Insufficient credits.' }),
      becomes: { kind: 'billing', billed: 'no', message: 'Insufficient credits.' },
    },
    {
      name: 'too many tasks, in plain text',
      source: 'docs.bfl.ai, errors; its plain text is assumed',
      answers: refusal(429, 'Too many active tasks'),
      becomes: { kind: 'rate_limited', billed: 'no', message: 'Too many active tasks' },
    },
    {
      name: 'a wrong key',
      source: 'docs.bfl.ai, errors',
      answers: refusal(403, { detail: 'Not authenticated' }),
      becomes: { kind: 'auth', billed: 'no' },
    },
    {
      name: 'several samples, one of which is empty',
      source: 'assumed',
      answers: polled({ status: 'Ready', result: { samples: [ready.result.sample, null, ''] } }),
      isPartial: true,
      becomes: { images: 1 },
    },
    {
      name: 'a sample in a list',
      source: 'assumed',
      answers: polled({ status: 'Ready', result: { sample: [ready.result.sample] } }),
      becomes: { images: 1 },
    },
  ],
};
