import { describe, expect, it } from 'vitest';
import { imageJobSchema } from '../../../../lambda/contract/job.ts';
import type { Warning } from '../../../../lambda/domain/generation.ts';
import { jobView, resultView } from '../../../../lambda/http/answer/job-view.ts';
import { completedJob, failedJob, openJob, sampleAttempt } from '../sample-jobs.ts';

const presentation = { linkTo: (index: number) => `https://a.example/${index}` };
const warning = (code: Warning['code']): Warning => ({ code, param: 'size', message: 'm' });

describe('jobView', () => {
  it.each(['pending', 'processing'] as const)('shows four fields of a %s job', (status) => {
    expect(jobView({ ...openJob(), status }, presentation)).toEqual({
      id: '6f1f3f0e-8f43-4b39-9d0a-111111111111',
      request_id: 'request-of-the-submission',
      status,
      created_at: '2026-11-20T12:00:00.123Z',
    });
  });

  it('shows a completed job field for field', () => {
    expect(jobView(completedJob(), presentation)).toStrictEqual({
      id: '6f1f3f0e-8f43-4b39-9d0a-111111111111',
      request_id: 'request-of-the-submission',
      status: 'completed',
      created_at: '2026-11-20T12:00:00.123Z',
      completed_at: '2026-11-20T12:00:30.123Z',
      expires_at: '2026-11-20T13:00:30.123Z',
      status_code: 200,
      result: {
        id: '6f1f3f0e-8f43-4b39-9d0a-111111111111',
        created: 1795176030,
        model: 'openai/gpt-image-2',
        data: [
          { url: 'https://a.example/0', revised_prompt: 'a finer prompt', content_credentials: false, index: 0 },
          { url: 'https://a.example/1', content_credentials: false, index: 1 },
        ],
        background: 'auto',
        quality: 'auto',
        output_format: 'png',
        size: '8x8',
        extra_fields: {
          request_type: 'image_edit',
          provider: 'openai',
          model_requested: 'openai/gpt-image-2',
          model_deployment: 'gpt-image-2',
          latency: 20_000,
          chunk_index: 0,
          cost_usd: null,
          attempts: [
            {
              provider: 'openai',
              model: 'gpt-image-2',
              started_at: '2026-11-20T12:00:01.123Z',
              latency: 20_000,
              outcome: 'succeeded',
              status_code: 200,
              billed: 'yes',
              cost_usd: null,
            },
          ],
        },
      },
    });
  });

  it('shows what the provider told of the images, and which model of which provider made them', () => {
    const { result } = completedJob();
    const facts = {
      background: 'opaque',
      quality: 'high',
      deployment: 'flux-deployed',
      usage: { total_tokens: 5 },
    };
    const view = resultView(completedJob({ result: { ...result, ...facts, provider: 'bfl', model: 'flux' } }), {
      ...presentation,
      rawRequest: { a: 1 },
      rawResponse: null,
    });
    expect(view).toMatchObject({ background: 'opaque', output_format: 'png', quality: 'high', size: '8x8' });
    expect(view).toMatchObject({ usage: { total_tokens: 5 }, model: 'bfl/flux' });
    expect(view.extra_fields).toMatchObject({
      provider: 'bfl',
      model_requested: 'openai/gpt-image-2',
      model_deployment: 'flux-deployed',
      raw_request: { a: 1 },
      raw_response: null,
    });
  });

  it('tells type and size of the first image, as viewers show it, and which of them carry credentials', () => {
    const { result } = completedJob();
    const [first, second] = result.images;
    if (!first || !second) throw new Error('The sample has two images.');
    const signed = { ...second, hasContentCredentials: true } as const;
    const turned = { ...first, type: 'jpeg', width: 30, height: 20, orientation: 6 } as const;
    const view = resultView(completedJob({ result: { ...result, images: [turned, signed] } }), presentation);
    expect(view.data).toMatchObject([{ content_credentials: false }, { content_credentials: true }]);
    expect(view).toMatchObject({ output_format: 'jpeg', size: '20x30' });
  });

  it('shows the warnings of the submission before those of the result or failure', () => {
    const expected = [warning('fallback_dropped'), warning('size_adjusted')];
    const warnings = [warning('fallback_dropped')];
    const { result } = completedJob();
    const completed = completedJob({ warnings, result: { ...result, warnings: [warning('size_adjusted')] } });
    expect(jobView(completed, presentation).result?.extra_fields.warnings).toEqual(expected);
    const failure = { ...failedJob().failure, warnings: [warning('size_adjusted')] };
    const failed = jobView(failedJob({ warnings, failure }), presentation);
    expect(failed.error?.extra_fields.warnings).toEqual(expected);
  });

  it('shows a job that its provider failed as the provider’s error, under the request that submitted it', () => {
    const failure = {
      code: 'content_refused',
      message: 'No.',
      param: 'prompt',
      provider: 'openai',
      model: 'gpt-image-2',
      warnings: [],
    } as const;
    const view = jobView(failedJob({ failure, attempts: [{ ...sampleAttempt, outcome: 'refused' }] }), presentation);
    expect(view.status_code).toBe(422);
    expect(view.result).toBeUndefined();
    expect(view.error).toMatchObject({
      event_id: 'request-of-the-submission',
      type: 'content_refused',
      is_bifrost_error: false,
      status_code: 422,
      error: {
        type: 'invalid_request_error',
        code: 'content_refused',
        message: 'No.',
        param: 'prompt',
        event_id: 'request-of-the-submission',
      },
      extra_fields: {
        provider: 'openai',
        model_requested: 'openai/gpt-image-2',
        request_type: 'image_edit',
        attempts: [{ outcome: 'refused' }],
      },
    });
    expect(view.error?.extra_fields).not.toHaveProperty('warnings');
  });

  it('shows what the gateway ended as its own error', () => {
    const late = jobView(failedJob(), presentation);
    expect(late).toMatchObject({ status: 'failed', status_code: 504, error: { is_bifrost_error: true } });
    expect(late.error?.extra_fields).not.toHaveProperty('provider');
    expect(late.error?.error).not.toHaveProperty('param');
    const failure = { code: 'cancelled', message: 'Cancelled.', warnings: [] } as const;
    const cancelled = jobView(failedJob({ status: 'cancelled', failure }), presentation);
    expect(cancelled).toMatchObject({ status_code: 499, error: { status_code: 499, type: 'cancelled' } });
  });

  it('leaves out an attempt’s unknown latency and status', () => {
    const { endedAt: _, statusCode: __, ...bare } = sampleAttempt;
    const attempts = [
      { ...bare, outcome: 'started', billed: 'unknown' },
      { ...sampleAttempt, outcome: 'abandoned' },
    ] as const;
    const shown = jobView(failedJob({ attempts }), presentation).error?.extra_fields.attempts ?? [];
    expect(Object.keys(shown[0] ?? {})).toEqual(['provider', 'model', 'started_at', 'outcome', 'billed', 'cost_usd']);
    expect(shown[1]).not.toHaveProperty('latency');
  });

  it('keeps to the contract’s schema and holds a null for an unknown cost alone', () => {
    for (const job of [openJob(), completedJob(), failedJob()]) {
      const view = jobView(job, presentation);
      expect(imageJobSchema.safeParse(view).success).toBe(true);
      expect(JSON.stringify(view).replaceAll('"cost_usd":null', '')).not.toContain('null');
      expect(JSON.parse(JSON.stringify(view))).toStrictEqual(view);
    }
  });
});
