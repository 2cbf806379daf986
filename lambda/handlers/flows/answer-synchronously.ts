import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { noSuchJob } from '../../application/serve/find-own-job.ts';
import type { ModelsOfStage } from '../../application/serve/list-models.ts';
import { type RawBodies, rawBodies } from '../../application/serve/raw-bodies.ts';
import { quoteSubmission } from '../../application/submit/quote-submission.ts';
import { reportAnswer } from '../../application/synchronous/report-answer.ts';
import {
  runSynchronously,
  type SynchronousDependencies,
  type SynchronousRun,
} from '../../application/synchronous/run-synchronously.ts';
import type { PassThrough } from '../../contract/pass-through.ts';
import { operationOf } from '../../contract/routes.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import { firstCandidate, isVisible, type Job } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import { withOwnKey } from '../../domain/keys/caller.ts';
import type { LinkSigner } from '../../domain/ports.ts';
import { type Answer, type AnswerFault, type ApiResponse, streamResponse } from '../../http/answer/api-response.ts';
import type { ShownFormat } from '../../http/answer/job-body.ts';
import { quoteResponse } from '../../http/answer/quote-response.ts';
import { type ApiRequest, readApiRequest } from '../../http/request/api-request.ts';
import { ownIdempotencyKey, presentedBy } from '../../http/request/presented.ts';
import { readSwitch } from '../../http/request/query-value.ts';
import { SubmissionFacts } from '../../http/submission/submission-facts.ts';
import { readSubmission } from '../../http/submission/submission-request.ts';
import { ImageEvents } from '../../http/synchronous/image-events.ts';
import { faultEvent, streamEnd } from '../../http/synchronous/stream-end.ts';
import { withStreamWarnings } from '../../http/synchronous/stream-warnings.ts';
import { acceptedHeaders, synchronousResponse } from '../../http/synchronous/synchronous-response.ts';

export type AnswerSynchronouslyDependencies = SynchronousDependencies & {
  readonly authentication: AuthenticateDependencies;
  readonly signer: LinkSigner;
  readonly catalog: Pick<ModelsOfStage, 'specOf'>;
  readonly answerFault: AnswerFault;
  readonly settings: {
    /** Within how many seconds of its arrival a request is answered at the latest. */
    readonly synchronousSeconds: number;
    /** To which providers the keys are passed that requests bring. */
    readonly passThrough: PassThrough | 'none';
  };
};

/**
 * The whole way of a synchronous request, from API Gateway's event to the answer, which may be a stream of events. Throws
 * SubmissionFault with what its steps throw until the job is accepted; from then on every fault is an answer that tells what goes
 * on after it.
 */
export const answerSynchronously =
  (dependencies: AnswerSynchronouslyDependencies): Answer =>
  async (event, context) => {
    const facts = new SubmissionFacts(dependencies.catalog);
    try {
      return await answer(dependencies, event, context, facts);
    } catch (error) {
      throw facts.about(error);
    }
  };

async function answer(
  dependencies: AnswerSynchronouslyDependencies,
  event: APIGatewayProxyEvent,
  context: Context,
  facts: SubmissionFacts,
): Promise<ApiResponse> {
  const arrivedAt = dependencies.clock.now();
  const request = readApiRequest(event);
  const { authentication, sha256, settings } = dependencies;
  const presented = presentedBy(request, sha256, settings.passThrough);
  const { providerKey } = presented;
  const authenticated = await authenticate(authentication, presented.credential);
  const caller = providerKey ? withOwnKey(authenticated, providerKey.providers) : authenticated;
  const isQuote = readSwitch(request, 'quote');
  const operation = operationOf(request.method, request.resource);
  const sent = await readSubmission(request, operation, 'synchronous', facts.tell);
  const received = { ...sent, ...ownIdempotencyKey(presented, sent.idempotencyKey, sha256) };
  if (isQuote) return quoteResponse(request.requestId, await quoteSubmission(dependencies, caller, received));
  const events = eventsFor(dependencies, received);
  const time = timeOf(dependencies, arrivedAt, context);
  try {
    const run = await runSynchronously(dependencies, caller, request.requestId, received, time, {
      witness: events,
      providerKey,
    });
    const accepted = { arrivedAt, request, received, run, events, facts };
    return { ...(await answerOf(dependencies, event, accepted)), job: run.job, rest: run.rest };
  } catch (error) {
    events?.close();
    throw error;
  }
}

const timeOf = (
  { clock, settings }: AnswerSynchronouslyDependencies,
  arrivedAt: number,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => ({
  answerUntil: arrivedAt + settings.synchronousSeconds * 1000,
  functionEndsAt: clock.now() + context.getRemainingTimeInMillis(),
});

const eventsFor = (
  { clock, timers }: AnswerSynchronouslyDependencies,
  { submission, stream }: ReceivedSubmission,
): ImageEvents | undefined =>
  stream && new ImageEvents({ operation: submission.operation, partialImages: stream.partialImages, clock, timers });

interface Accepted {
  /** When the request came (epoch ms). */
  readonly arrivedAt: number;
  readonly request: ApiRequest;
  readonly received: ReceivedSubmission;
  readonly run: SynchronousRun;
  readonly events: ImageEvents | undefined;
  readonly facts: SubmissionFacts;
}

/** The answer to a request that was accepted. Throws nothing. */
async function answerOf(
  dependencies: AnswerSynchronouslyDependencies,
  event: APIGatewayProxyEvent,
  accepted: Accepted,
): Promise<ApiResponse> {
  const { request, run, events, facts } = accepted;
  const fault = (error: unknown) => dependencies.answerFault(facts.about(error), event, run.job);
  try {
    const rendering = { signer: dependencies.signer, open: dependencies.images.open, fault, ...run };
    if (events && (await isStream(events, run.outcome))) {
      const end = ended(dependencies, accepted).then(([job, raw]) => streamEnd(request, job, raw, rendering));
      // It is too late for another status: the caller learns of a fault by an event.
      const told = end.catch((error: unknown) => faultEvent(fault(error)));
      return streamResponse(request.requestId, events.body(told), acceptedHeaders(run.job, run));
    }
    events?.close();
    const [job, raw] = await ended(dependencies, accepted);
    return await synchronousResponse(request, job, { ...rendering, raw, format: formatOf(dependencies, accepted) });
  } catch (error) {
    events?.close();
    return fault(error);
  }
}

/** The first byte of a stream fixes its status: as long as there is none, what went wrong is a plain answer. */
const isStream = (events: ImageEvents, outcome: Promise<Job>): Promise<boolean> =>
  Promise.race([events.begun.then(() => true), outcome.then(({ status }) => status === 'completed')]);

/** What the answer is about, and what its caller asked to see besides. Throws `not_found` for a job that was deleted meanwhile. */
async function ended(
  dependencies: AnswerSynchronouslyDependencies,
  accepted: Accepted,
): Promise<readonly [Job, RawBodies]> {
  const { arrivedAt, received, run, events } = accepted;
  const job = await run.outcome;
  if (!isVisible(job, dependencies.clock.now())) throw noSuchJob();
  const stream = received.stream !== undefined;
  reportAnswer(dependencies, job, { arrivedAt, stream, replayed: run.replayed });
  const showsPartials = (attempt: Attempt) => dependencies.catalog.specOf(attempt)?.isGptImage === true;
  const shown = events ? withStreamWarnings(job, events, { replayed: run.replayed, showsPartials }) : job;
  return [shown, await rawBodies(dependencies, job, received.rawWanted)];
}

/** As it was asked for; else as clients of the model's family read it. */
function formatOf({ catalog }: AnswerSynchronouslyDependencies, { received, run }: Accepted): ShownFormat {
  return received.responseFormat ?? (catalog.specOf(firstCandidate(run.job))?.isGptImage ? 'both' : 'url');
}
