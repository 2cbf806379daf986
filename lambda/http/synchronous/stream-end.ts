import type { ByteStream } from '../../domain/images/image.ts';
import type { CompletedJob, Job } from '../../domain/jobs/job.ts';
import type { ImageStore, LinkSigner } from '../../domain/ports.ts';
import type { ApiResponse } from '../answer/api-response.ts';
import { base64Of } from '../answer/base64-stream.ts';
import { imageLinks, type LinkTo } from '../answer/image-links.ts';
import { factsView, type Presentation, type RawView, resultView } from '../answer/job-view.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { eventText, eventType, secondsOf } from './image-events.ts';
import { unsuccessfulBody } from './synchronous-response.ts';

export interface StreamEndRendering {
  readonly signer: LinkSigner;
  readonly open: ImageStore['open'];
  /** Makes the answer for an error, which then is the stream's last event. Must not throw. */
  readonly fault: (error: unknown) => ApiResponse;
}

/**
 * The last events of a stream: `completed` for each image, or `error` with the body that a plain answer would have, but for its
 * `type`, which is the event's. An image that can't be opened ends the stream with an `error`. Throws what the signer throws; the
 * stream throws what an image throws that breaks off.
 */
export async function streamEnd(
  { requestId, origin }: Pick<ApiRequest, 'requestId' | 'origin'>,
  job: Job,
  raw: RawView,
  { signer, open, fault }: StreamEndRendering,
): Promise<ByteStream> {
  if (job.status === 'completed') {
    return completedEvents(job, { linkTo: await imageLinks(job, origin, signer), ...raw }, { open, fault });
  }
  return errorEvent(unsuccessfulBody(job, requestId, raw));
}

/** The last event of a stream whose end could not be made: the fault's answer, as an event. */
export const faultEvent = ({ body }: Pick<ApiResponse, 'body'>): ByteStream =>
  errorEvent(JSON.parse(String(body)) as object);

async function* errorEvent(body: object): ByteStream {
  yield Buffer.from(eventText('error', { ...body, type: 'error' }));
}

/** Each has one image, read from the bucket as it is sent; the last has the usage of all of them together. */
async function* completedEvents(
  job: CompletedJob,
  presentation: Presentation & { readonly linkTo: LinkTo },
  { open, fault }: Pick<StreamEndRendering, 'open' | 'fault'>,
): ByteStream {
  const { data, usage, id, model, created: _, ...shared } = resultView(job, presentation);
  const type = eventType(job.operation, 'completed');
  for (const [at, image] of job.result.images.entries()) {
    const { url, ...shown } = data[at] ?? {};
    const isLast = at === job.result.images.length - 1;
    const rest = {
      ...{ url, ...shown, created_at: secondsOf(job.completedAt), id, model },
      ...shared,
      ...factsView(image),
      ...(isLast && usage ? { usage } : {}),
    };
    let bytes: ByteStream;
    try {
      bytes = await open(image.key);
    } catch (error) {
      yield* faultEvent(fault(error));
      return;
    }
    yield Buffer.from(`event: ${type}\ndata: {"type":${JSON.stringify(type)},"b64_json":"`);
    yield* base64Of(bytes);
    yield Buffer.from(`",${JSON.stringify(rest).slice(1)}\n\n`);
  }
}
