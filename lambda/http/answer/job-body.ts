import { randomUUID } from 'node:crypto';
import type { ImageResult } from '../../contract/image-result.ts';
import type { ResponseFormat, Warning } from '../../domain/generation.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { CompletedJob, Job } from '../../domain/jobs/job.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { base64Of } from './base64-stream.ts';
import { jobView, type Presentation, resultView } from './job-view.ts';

/**
 * Max bytes of inline images. Lambda streams at most 200 MB; past this a result has links, whatever format was
 * requested.
 */
export const maxStreamedBytes = 180_000_000;

/** The same for a function whose answers are not streamed: Lambda takes 6 MB from it, envelope and escapes included. */
export const bufferedAnswerBytes = 5_000_000;

/** How a result renders its images: in one of the contract's formats, or in both. */
export type ShownFormat = ResponseFormat | 'both';

/**
 * A job's JSON. With `b64_json` it is a stream that reads one image after the other from the bucket and holds none;
 * where it would pass `maxBytes`, it shows links with a warning. The stream throws what `open` throws.
 */
export function jobBody(
  job: Job,
  presentation: Presentation,
  open: ImageStore['open'],
  maxBytes: number = maxStreamedBytes,
): string | ByteStream {
  if (job.status !== 'completed') return JSON.stringify(jobView(job, presentation));
  const viewOf: ViewOf = (completed, dataOf) => {
    const view = jobView(completed, presentation);
    return view.result === undefined ? view : { ...view, result: { ...view.result, data: dataOf(view.result.data) } };
  };
  return bodyWithImages(job, viewOf, { format: job.responseFormat, open, maxBytes });
}

/** The JSON of a completed job's result alone, likewise. */
export const resultBody = (
  job: CompletedJob,
  presentation: Presentation,
  format: ShownFormat,
  open: ImageStore['open'],
): string | ByteStream => {
  const viewOf: ViewOf = (completed, dataOf) => {
    const view = resultView(completed, presentation);
    return { ...view, data: dataOf(view.data) };
  };
  return bodyWithImages(job, viewOf, { format, open, maxBytes: maxStreamedBytes });
};

type Data = ImageResult['data'];
type ViewOf = (job: CompletedJob, dataOf: (data: Data) => Data) => unknown;

interface ImagesShown {
  readonly format: ShownFormat;
  readonly open: ImageStore['open'];
  readonly maxBytes: number;
}

function bodyWithImages(
  job: CompletedJob,
  viewOf: ViewOf,
  { format, open, maxBytes }: ImagesShown,
): string | ByteStream {
  const asLinks = (data: Data): Data => data;
  if (format === 'url') return JSON.stringify(viewOf(job, asLinks));
  // No prompt can contain this marker: it is random, and made for this one rendering.
  const mark = randomUUID();
  const withMarks = (data: Data): Data =>
    data.map(({ url, ...rest }) => ({ ...(format === 'both' ? { url } : {}), b64_json: mark, ...rest }));
  /** The JSON in pieces between which the images' base64 belongs: one more than there are images. */
  const pieces = JSON.stringify(viewOf(job, withMarks)).split(mark);
  if (base64Bytes(job) + Buffer.byteLength(pieces.join('')) <= maxBytes) return withImages(job, pieces, open);
  return JSON.stringify(viewOf(withWarning(job, tooLarge), asLinks));
}

const tooLarge: Warning = {
  code: 'response_format_changed',
  param: 'response_format',
  message: 'The images are too large for one response in base64, so they are given as links.',
};

/** The job with a warning that its result's reader should see besides. */
export const withWarning = (job: CompletedJob, warning: Warning): CompletedJob => ({
  ...job,
  result: { ...job.result, warnings: [...job.result.warnings, warning] },
});

const base64Bytes = (job: CompletedJob): number =>
  job.result.images.reduce((total, image) => total + 4 * Math.ceil(image.bytes / 3), 0);

async function* withImages(
  job: CompletedJob,
  pieces: readonly string[],
  open: ImageStore['open'],
): AsyncGenerator<Uint8Array> {
  let text = Buffer.from(pieces[0] ?? '');
  for (const [index, image] of job.result.images.entries()) {
    // The text goes with the image's first bytes, so that nothing is sent before the first image could be opened.
    for await (const base64 of base64Of(await open(image.key))) {
      yield text.length === 0 ? base64 : Buffer.concat([text, base64]);
      text = Buffer.alloc(0);
    }
    text = Buffer.concat([text, Buffer.from(pieces[index + 1] ?? '')]);
  }
  yield text;
}
