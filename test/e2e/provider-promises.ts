import sharp from 'sharp';
import { it } from 'vitest';
import { quoteSchema } from '../../lambda/contract/quote.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../support/sample-files.ts';
import { waitFor } from '../support/wait-for.ts';
import { imagesOf, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';

/** In which an invocation is killed after fifteen seconds, and a job fails after forty: for providers with tickets. */
export const fastMotion = {
  modelTimeoutSeconds: 8,
  processJobTimeoutSeconds: 15,
  synchronousSeconds: 6,
  leaseSeconds: 5,
  heartbeatSeconds: 1,
  wakeAfterSeconds: 5,
  deadlineSeconds: 40,
};

/** What many providers promise alike, each as a test of the model that is named, on the stack that runs then. */
export function promisesOf(darkroom: () => RunningDarkroom) {
  const requestsFor = (prompt: string) => darkroom().simulator.ledger.requests({ prompt });

  return {
    /** `size` is asked for where it is given; `made` is what the image must be. */
    editsSeveralPictures(model: string, made: { format: string; width?: number; height?: number }, size?: string) {
      it('edits several pictures, and sends each as it came', async ({ expect }) => {
        const prompt = promptOf('the cat drinks the coffee');
        const pictures = [await photograph('coffee.png'), await photograph('chelsea.png')] as const;
        const form = formOf(
          ['model', model],
          ['prompt', prompt],
          ...(size === undefined ? [] : [['size', size] as const]),
          ['image[]', fileOf(pictures[0], 'coffee.png')],
          ['image[]', fileOf(pictures[1], 'cat.png')],
        );
        const images = await imagesOf(await darkroom().client.run('edits', form));
        expect(images).toHaveLength(1);
        expect(await headerOf(images[0])).toMatchObject(made);
        expect(requestsFor(prompt)[0]?.files.map((file) => file.sha256)).toEqual(pictures.map(sha256));
      });
    },

    /** `source` is where the gateway knows the cost from. */
    costsWhatIsBilled(model: string, source: 'provider' | 'price_list') {
      it('quotes what a job may cost, and tells what the provider has charged', async ({ expect }) => {
        const prompt = promptOf('a lamp');
        const body = { model, prompt, n: 2, size: '1024x1024' };
        const quoted = await darkroom().client.ask('/v1/async/images/generations?quote=true', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        expect([quoted.status, requestsFor(prompt)]).toEqual([200, []]);
        const quote = quoteSchema.parse(quoted.json());
        const { result } = await darkroom().client.run('generations', body);
        const billed = darkroom().simulator.ledger.bill({ prompt }) / 1_000_000;
        expect(billed).toBeGreaterThan(0);
        expect(result?.extra_fields.cost_usd).toBe(billed);
        expect(quote.worst_usd).toBeGreaterThanOrEqual(billed);
        if (quote.worst_usd === quote.likely_usd) expect(quote.likely_usd).toBe(billed);
        const { attempts = [] } = result?.extra_fields ?? {};
        expect(new Set(attempts.map(({ cost_source }) => cost_source))).toEqual(new Set([source]));
        expect(attempts).toHaveLength(quote.candidates[0]?.requests ?? 0);
      });
    },

    variesByEdits(model: string, format: string) {
      it('makes variations by edits, and says so', async ({ expect }) => {
        const form = formOf(['model', model], ['image', fileOf(await photograph('chelsea.png'), 'cat.png')]);
        const job = await darkroom().client.run('variations', form);
        const images = await imagesOf(job);
        expect(await Promise.all(images.map(headerOf))).toMatchObject([{ format }]);
        expect(job.result?.extra_fields.warnings).toMatchObject([{ code: 'emulated' }]);
      });
    },

    removesBackgrounds(model: string) {
      it('removes a background without a prompt or a mask', async ({ expect }) => {
        const cat = await photograph('chelsea.png');
        const form = formOf(['model', model], ['type', 'background_removal'], ['image', fileOf(cat, 'cat.png')]);
        const [image] = await imagesOf(await darkroom().client.run('edits', form));
        expect(await headerOf(image)).toEqual({ ...(await headerOf(cat)), format: 'png' });
        expect((await sharp(image).stats()).isOpaque).toBe(false);
      });
    },

    /** `marker` makes the simulated provider refuse in one of the ways that it has. */
    failsWhatModerationRefuses(model: string, marker = '[fail:refuse]') {
      it(`fails a job that moderation refuses, and asks no more: ${marker}`, async ({ expect }) => {
        const prompt = promptOf(`nothing by ${model} ${marker}`);
        const job = await darkroom().client.run('generations', { model, prompt });
        expect(job).toMatchObject({
          status: 'failed',
          status_code: 422,
          error: { error: { code: 'content_refused' } },
        });
        expect(job.result).toBeUndefined();
        expect(requestsFor(prompt)).toHaveLength(1);
      });
    },

    namesTheSuccessorOf(retired: string, successor: string) {
      it('is a 400 for a model that has ended, with its successor', async ({ expect }) => {
        const body = { model: retired, prompt: promptOf('none') };
        const answer = await darkroom().client.submit('generations', body);
        expect(answer.status).toBe(400);
        const message = expect.stringContaining(successor);
        expect(answer.json()).toMatchObject({ error: { code: 'model_retired', message } });
      });
    },

    /** On a stack in fast motion. */
    isToldToStop(model: string) {
      it('is told to stop where a job is cancelled, and where its deadline has passed', async ({ expect }) => {
        const calledOff = (count: number) =>
          waitFor(() =>
            expect(darkroom().simulator.ledger.requests({ operation: 'cancel' }).length).toBeGreaterThanOrEqual(count),
          );
        const [endless, unwanted] = [promptOf('an endless sea [slow:60]'), promptOf('an unwanted sea [slow:60]')];
        const late = darkroom().client.run('generations', { model, prompt: endless });
        const accepted = await darkroom().client.submit('generations', { model, prompt: unwanted });
        await waitFor(() => expect(requestsFor(unwanted)).toMatchObject([{ outcome: 'charged' }]));
        const path = new URL(locationOf(accepted)).pathname;
        const cancelled = await darkroom().client.ask(`${path}/cancel`, { method: 'POST' });
        expect(cancelled.job().status).toBe('cancelled');
        await calledOff(1);
        expect(await late).toMatchObject({ status: 'failed', error: { error: { code: 'deadline_exceeded' } } });
        await calledOff(2);
        expect([endless, unwanted].map((prompt) => requestsFor(prompt).length)).toEqual([1, 1]);
      });
    },

    /** To be asked last. */
    leavesNothingSecretInTheLogs() {
      it('leaves no key, token, prompt or image in the logs, and no invocation ran out of time', ({ expect }) => {
        const { logLines } = darkroom();
        expect(logLines.some((line) => line.includes('job_completed'))).toBe(true);
        expect(leaksIn(logLines)).toEqual([]);
        expect(logLines.filter((line) => /timed out/i.test(line))).toEqual([]);
      });
    },
  };
}
