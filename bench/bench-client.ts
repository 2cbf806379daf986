import { setTimeout as delay } from 'node:timers/promises';
import { fileOf, formOf, noisePng } from '../test/support/sample-files.ts';
import type { BenchStage } from './bench-stage.ts';
import { type LargeInputs, namesOf } from './large-inputs.ts';
import { fileOfPicture, maxDirectBytes, type Picture, webpMask } from './pictures.ts';
import { uploadFile } from './upload-file.ts';

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
  /** Images to edit that don't fit into a body; absent: an edit of what does, or a generation. */
  readonly largeInputs?: LargeInputs;
  /** A picture that the gateway has to redraw; absent: an edit as it is, or a generation. */
  readonly redrawn?: RedrawnOrder;
}

/** A picture, and what is asked for that makes the gateway redraw it. */
export interface RedrawnOrder extends Picture {
  /** It is extended by half its width or to a square, or edited inside a mask that is redrawn, too. */
  readonly edit: 'extended' | 'squared' | 'masked';
}

/** A client of the gateway that submits jobs of incompressible images. */
export interface BenchClient {
  /** Does all that comes before a submission, such as the upload of its files, and gives what submits the job. */
  prepare(order: JobOrder): Promise<() => Promise<string>>;
  /** Submits a job and gives the address to fetch it from. */
  submit(order: JobOrder): Promise<string>;
  /** Submits what must be refused as an image that can't be taken, and gives its length in bytes. Throws where it isn't. */
  submitRefused(order: JobOrder): Promise<number>;
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

export function createBenchClient({
  origin,
  key,
  pictureOrigin,
}: Pick<BenchStage, 'origin' | 'key' | 'pictureOrigin'>): BenchClient {
  const authorization = `Bearer ${key}`;
  const answer = (address: string, init: RequestInit = {}): Promise<Response> => {
    const signal = AbortSignal.timeout(patienceMilliseconds);
    return fetch(address, { ...init, headers: { authorization, ...init.headers }, signal });
  };
  const ask = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const response = await answer(address, init);
    if (response.ok) return response;
    throw new Error(`${address} answered with ${response.status}: ${(await response.text()).slice(0, 1000)}`);
  };
  const ended = async (address: string): Promise<Response> => {
    const response = await ask(address);
    if (response.status !== 200) throw new Error(`The job at ${address} is still open.`);
    return response;
  };
  const askAt = (path: string, init: RequestInit) => ask(`${origin}${path}`, init);
  /** What goes into a form for a file: itself, or its id where it is too large. */
  const attach: Attach = async (file) => (file.size > maxDirectBytes ? uploadFile(askAt, file) : file);
  let submitted = 0;
  const prepare: BenchClient['prepare'] = async (order) => {
    submitted += 1;
    const { largeInputs } = order;
    const names = largeInputs ? await namesOf(largeInputs, pictureOrigin, askAt) : [];
    const { path, ...init } = await requestOf(order, `[noise] number ${submitted}`, attach, names);
    return async () => {
      const accepted = await ask(`${origin}${path}`, { method: 'POST', ...init });
      await accepted.arrayBuffer();
      return accepted.headers.get('location') ?? '';
    };
  };
  return {
    prepare,
    async submit(order) {
      return (await prepare(order))();
    },
    async submitRefused(order) {
      const { path, ...init } = await requestOf(order, '[noise] refused', attach);
      const refused = await answer(`${origin}${path}`, { method: 'POST', ...init });
      const text = await refused.text();
      if (refused.status === 400 && text.includes('"invalid_image"')) return lengthOf(init.body);
      throw new Error(`A picture that is too long was answered with ${refused.status}: ${text.slice(0, 1000)}`);
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

type Attach = (file: File) => Promise<File | string>;

async function requestOf(
  order: JobOrder,
  prompt: string,
  attach: Attach,
  names: readonly string[] = [],
): Promise<{ path: string } & RequestInit> {
  const fields = { model: order.model ?? 'openai/gpt-image-2', prompt, size: order.size, n: order.n };
  const asked = { ...fields, response_format: order.responseFormat };
  if (order.redrawn !== undefined) return editOf(asked, order.redrawn, attach);
  const headers = { 'content-type': 'application/json' };
  if (order.largeInputs !== undefined) {
    const images = names.map((name) => (name.startsWith('file-') ? { file_id: name } : { image_url: name }));
    return { path: '/v1/async/images/edits', headers, body: JSON.stringify({ ...asked, images }) };
  }
  if (order.inputBytes === undefined) {
    return { path: '/v1/async/images/generations', headers, body: JSON.stringify(asked) };
  }
  const texts = Object.entries(asked).map(([name, value]) => [name, String(value)] as const);
  const image = fileOf(await noisePng(order.inputBytes), 'noise.png');
  return { path: '/v1/async/images/edits', body: formOf(...texts, ['image', image]) };
}

async function editOf({ size: _, ...asked }: object & { size: string }, picture: RedrawnOrder, attach: Attach) {
  const image = await attach(await fileOfPicture(picture));
  const { edit, width } = picture;
  const details = {
    extended: { type: 'outpainting', left: width / 2 },
    squared: { type: 'outpainting', aspect_ratio: '1:1' },
    masked: { type: 'inpainting' },
  }[edit];
  const parts = Object.entries({ ...asked, ...details }).map(([name, value]) => [name, String(value)] as const);
  const mask = edit === 'masked' ? [['mask', await webpMask(picture)] as const] : [];
  return { path: '/v1/async/images/edits', body: formOf(...parts, ['image', image], ...mask) };
}

const lengthOf = async (body: RequestInit['body']): Promise<number> =>
  (await new Response(body ?? null).arrayBuffer()).byteLength;
