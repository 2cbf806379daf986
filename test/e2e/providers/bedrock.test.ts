import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { promiseStabilityEdits } from '../stability-edits.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'bedrock', wire: 'bedrock' }],
      stageFor: (simulator) => ({
        providers: { bedrock: { baseUrl: simulator.baseUrl('bedrock'), region: 'us-west-2' } },
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('the provider bedrock', () => {
  it.each([
    ['stability.stable-image-ultra-v1:1', 'png'],
    ['stability.stable-image-core-v1:1', 'jpeg'],
    ['stability.sd3-5-large-v1:0', 'jpeg'],
  ])('makes an image with %s, asked by the role of the worker', async (name, format) => {
    const prompt = promptOf(`a mill by ${name}`);
    const body = { model: `bedrock/${name}`, prompt, aspect_ratio: '3:2', output_format: format, seed: 7 };
    const job = await darkroom.client.run('generations', body);
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format, width: 1216, height: 832 });
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'bedrock',
      attempts: [{ provider: 'bedrock', model: name, outcome: 'succeeded', billed: 'yes' }],
    });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    // The functions of a local stack have the credentials `local`; the simulator has checked what they signed.
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([
      { model: name, parameters: { seed: 7 }, authorization: sha256(Buffer.from('local')).slice(0, 12) },
    ]);
  });

  it('makes as many images as were asked for, one request each', async () => {
    const prompt = promptOf('two mills');
    const job = await darkroom.client.run('generations', {
      model: 'bedrock/stability.stable-image-core-v1:1',
      prompt,
      n: 2,
    });
    expect(await imagesOf(job)).toHaveLength(2);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(2);
  });

  promiseStabilityEdits(() => darkroom, {
    edit: 'bedrock/stability.sd3-5-large-v1:0',
    inpaint: 'bedrock/stability.stable-image-inpaint-v1:0',
    outpaint: 'bedrock/stability.stable-outpaint-v1:0',
    removeBackground: 'bedrock/stability.stable-image-remove-background-v1:0',
  });

  it.each([
    ['[fail:refuse]', 422, 'content_refused', "The provider's moderation refused the prompt."],
    ['[fail:403]', 502, 'provider_auth', "You don't have access to the model with the specified model ID."],
  ])('tells a refusal and a lack of access: %s', async (how, status_code, code, message) => {
    const body = { model: 'bedrock/stability.stable-image-core-v1:1', prompt: promptOf(`nothing ${how}`) };
    const job = await darkroom.client.run('generations', body);
    expect(job).toMatchObject({ status: 'failed', status_code, error: { error: { code, message } } });
  });

  it('is a 400 for a retired model', async () => {
    const retired = { model: 'bedrock/amazon.nova-canvas-v1:0', prompt: promptOf('none') };
    const answer = await darkroom.client.submit('generations', retired);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'model_retired' } });
  });

  promises.costsWhatIsBilled('bedrock/stability.stable-image-core-v1:1', 'price_list');
  promises.leavesNothingSecretInTheLogs();
});
