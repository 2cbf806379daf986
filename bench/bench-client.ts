import { setTimeout as delay } from 'node:timers/promises';
import { fileOf, formOf, noiseJpeg, noisePng } from '../test/e2e/sample-files.ts';
import type { BenchStage } from './bench-stage.ts';

/** Longer than anything here takes. */
const patienceMilliseconds = 180_000;

/** A job as it is asked for. */
export interface JobOrder {
  /** As callers write it, `provider/model`. @default openai/gpt-image-2 */
  readonly model?: string;
  readonly size: string;
  readonly n: number;
  readonly responseFormat: 'url' | 'b64_json';
  /** Bytes of the photograph to edit; absent: a generation. */
  readonly inputBytes?: number;
  /** Pixels of a photograph that is to be extended by half its width; absent: an edit as it is, or a generation. */
  readonly extended?: { readonly width: number; readonly height: number };
}

/** A client of the gateway that submits jobs of incompressible images. */
export interface BenchClient {
  /** Submits a job and gives the address to fetch it from. */
  submit(order: JobOrder): Promise<string>;
  /**
   * Fetches a job, which must have ended, and lets go of each piece, at so many bytes a second at the most; gives the
   * answer's length in bytes.
   */
  read(address: string, bytesPerSecond?: number): Promise<number>;
  /** Whether the job has come to an end, whatever it was. */
  hasEnded(address: string): Promise<boolean>;
  /** The lengths of a completed job's images, as the bucket has them. */
  imageBytes(address: string): Promise<readonly number[]>;
}

export function createBenchClient({ origin, key }: Pick<BenchStage, 'origin' | 'key'>): BenchClient {
  const authorization = `Bearer ${key}`;
  const ask = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const response = await fetch(address, { ...init, headers: { authorization, ...init.headers }, signal });
    if (response.ok) return response;
    throw new Error(`${address} answered with ${response.status}: ${(await response.text()).slice(0, 1000)}`);
  };
  const ended = async (address: string): Promise<Response> => {
    const response = await ask(address);
    if (response.status !== 200) throw new Error(`The job at ${address} is still open.`);
    return response;
  };
  let submitted = 0;
  return {
    async submit(order) {
      submitted += 1;
      const { path, ...init } = await requestOf(order, `[noise] number ${submitted}`);
      const accepted = await ask(`${origin}${path}`, { method: 'POST', ...init });
      await accepted.arrayBuffer();
      return accepted.headers.get('location') ?? '';
    },
    async read(address, bytesPerSecond = Number.POSITIVE_INFINITY) {
      const startedAt = performance.now();
      let length = 0;
      for await (const chunk of (await ended(address)).body ?? []) {
        length += chunk.length;
        const ahead = startedAt + (length / bytesPerSecond) * 1000 - performance.now();
        if (ahead > 0) await delay(ahead);
      }
      return length;
    },
    async hasEnded(address) {
      const response = await ask(address);
      await response.arrayBuffer();
      return response.status === 200;
    },
    async imageBytes(address) {
      const job = (await (await ended(address)).json()) as JobAnswer;
      const urls = job.result?.data.map(({ url }) => url);
      if (urls === undefined) throw new Error(`The job at ${address} failed: ${JSON.stringify(job)}`);
      const lengths: number[] = [];
      for (const url of urls) {
        const image = await ask(url);
        lengths.push(Number(image.headers.get('content-length')));
        await image.body?.cancel();
      }
      return lengths;
    },
  };
}

interface JobAnswer {
  readonly result?: { readonly data: readonly { readonly url: string }[] };
}

async function requestOf(order: JobOrder, prompt: string): Promise<{ path: string } & RequestInit> {
  const fields = { model: order.model ?? 'openai/gpt-image-2', prompt, size: order.size, n: order.n };
  const asked = { ...fields, response_format: order.responseFormat };
  if (order.extended !== undefined) return extensionOf(asked, order.extended);
  if (order.inputBytes === undefined) {
    const headers = { 'content-type': 'application/json' };
    return { path: '/v1/async/images/generations', headers, body: JSON.stringify(asked) };
  }
  const texts = Object.entries(asked).map(([name, value]) => [name, String(value)] as const);
  const image = fileOf(await noisePng(order.inputBytes), 'noise.png');
  return { path: '/v1/async/images/edits', body: formOf(...texts, ['image', image]) };
}

async function extensionOf(asked: object, size: { readonly width: number; readonly height: number }) {
  const texts = Object.entries({ ...asked, type: 'outpainting', left: size.width / 2 }).filter(
    ([name]) => name !== 'size',
  );
  const parts = texts.map(([name, value]) => [name, String(value)] as const);
  const image = fileOf(await noiseJpeg(size), 'noise.jpg', 'image/jpeg');
  return { path: '/v1/async/images/edits', body: formOf(...parts, ['image', image]) };
}
