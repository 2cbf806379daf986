import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalRun, runStack } from '../../../bin/run-locally.ts';
import { federationFile } from '../../../local/vendors/vertex-account.ts';
import { headerOf } from '../../support/sample-files.ts';
import { createClient, imagesOf } from '../client.ts';
import { leaksIn } from '../log-leaks.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

const model = 'vertex/gemini-3.1-flash-image';
const settings = (baseUrl: string) => ({ vertex: { baseUrl, project: 'simulated-project' } });
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'vertex', wire: 'vertex' }],
      stageFor: (simulator) => ({ providers: settings(simulator.baseUrl('vertex')) }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('the provider vertex', () => {
  it('makes an image of the type that was asked for, by a token for its service account', async () => {
    const prompt = promptOf('a harbour at dawn');
    const wished = { size: '1024x1024', output_format: 'jpeg', output_compression: 50, seed: 7 };
    const job = await darkroom.client.run('generations', { model, prompt, ...wished });
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format: 'jpeg', width: 1024, height: 1024 });
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'vertex',
      attempts: [{ provider: 'vertex', outcome: 'succeeded', billed: 'yes' }],
    });
    const imageOutputOptions = { mimeType: 'image/jpeg', compressionQuality: 50 };
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([
      { parameters: { generationConfig: { seed: 7, imageConfig: { imageOutputOptions } } } },
    ]);
  });

  it('makes png where webp was asked for, and says so', async () => {
    const body = { model, prompt: promptOf('a lake'), output_format: 'webp' };
    const job = await darkroom.client.run('generations', body);
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ format: 'png' });
    expect(job.result?.extra_fields.warnings).toMatchObject([{ code: 'param_dropped', param: 'output_format' }]);
  });

  promises.costsWhatIsBilled('vertex/gemini-3-pro-image', 'price_list');
  promises.editsSeveralPictures('vertex/gemini-3-pro-image', { format: 'png' });

  promises.variesByEdits('vertex/gemini-3.1-flash-lite-image', 'png');

  promises.failsWhatModerationRefuses(model);

  promises.namesTheSuccessorOf('vertex/imagen-4.0-generate-001', 'vertex/gemini-nano-banana-2.1');

  promises.leavesNothingSecretInTheLogs();
});

describe('the provider vertex, with a federation for its credential', () => {
  const lines: string[] = [];
  let run: LocalRun;

  beforeAll(async () => {
    const baseUrl = darkroom.simulator.baseUrl('vertex');
    const providerKeys = { vertex: federationFile(baseUrl) };
    const stage = { providers: settings(baseUrl) };
    run = await runStack(
      { port: 0, log: (line) => void lines.push(line), providerKeys, stage },
      darkroom.simulator.origin,
    );
  });
  afterAll(() => run?.stop());

  it("is let in by the worker's role", async () => {
    const prompt = promptOf('by federation');
    const job = await createClient(run.stack.origin).run('generations', { model, prompt });
    expect(await imagesOf(job)).toHaveLength(1);
    const paths = darkroom.simulator.ledger.requests().map(({ path }) => path);
    expect(paths.slice(-3)).toEqual([
      '/vertex/v1/sts/token',
      expect.stringContaining(':generateAccessToken'),
      expect.stringContaining(':generateContent'),
    ]);
    expect(leaksIn(lines)).toEqual([]);
  });
});
