import type { Context } from 'aws-lambda';
import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { rawBodies } from '../../application/serve/raw-bodies.ts';
import type { UsualSeconds } from '../../application/serve/usual-seconds.ts';
import { type WaitDependencies, waitForEnd } from '../../application/serve/wait-for-end.ts';
import { quoteSubmission } from '../../application/submit/quote-submission.ts';
import { type SubmitJobDependencies, submitJob } from '../../application/submit/submit-job.ts';
import { limits } from '../../contract/limits.ts';
import { operationOf } from '../../contract/routes.ts';
import type { LinkSigner } from '../../domain/ports.ts';
import type { Answer, ApiResponse } from '../../http/answer/api-response.ts';
import { bufferedAnswerBytes } from '../../http/answer/job-body.ts';
import { jobResponse } from '../../http/answer/job-response.ts';
import { quoteResponse } from '../../http/answer/quote-response.ts';
import { type ApiRequest, readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';
import { grantWait } from '../../http/request/prefer-wait.ts';
import { readSwitch } from '../../http/request/query-value.ts';
import { SubmissionFacts } from '../../http/submission/submission-facts.ts';
import { readSubmission } from '../../http/submission/submission-request.ts';

export interface AnswerSubmissionDependencies
  extends SubmitJobDependencies,
    Pick<WaitDependencies, 'waits' | 'timers'> {
  readonly authentication: AuthenticateDependencies;
  readonly signer: LinkSigner;
  readonly usualSeconds: UsualSeconds;
  /** `maxWaitSeconds` is what the stage grants of `Prefer: wait`. */
  readonly settings: SubmitJobDependencies['settings'] & { readonly maxWaitSeconds: number };
}

/**
 * The whole way of a submission, from API Gateway's event to the answer. Throws SubmissionFault with whatever its steps throw.
 */
export const answerSubmission =
  (dependencies: AnswerSubmissionDependencies): Answer =>
  async (event, context) => {
    const facts = new SubmissionFacts(dependencies.catalog);
    try {
      return await answer(dependencies, readApiRequest(event), context, facts);
    } catch (error) {
      throw facts.about(error);
    }
  };

async function answer(
  dependencies: AnswerSubmissionDependencies,
  request: ApiRequest,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  { tell }: SubmissionFacts,
): Promise<ApiResponse> {
  const arrivedAt = dependencies.clock.now();
  const { authentication, sha256, images, usualSeconds, clock, signer, settings } = dependencies;
  const caller = await authenticate(authentication, credentialOf(request, sha256));
  const isQuote = readSwitch(request, 'quote');
  const operation = operationOf(request.method, request.resource);
  const received = await readSubmission(request, operation, 'asynchronous', tell);
  if (isQuote) return quoteResponse(request.requestId, await quoteSubmission(dependencies, caller, received));
  const accepted = await submitJob(dependencies, caller, request.requestId, received);
  const wait = grantWait({
    arrivedAt,
    now: clock.now(),
    remainingMilliseconds: context.getRemainingTimeInMillis(),
    askedSeconds: received.waitSeconds,
    maxSeconds: Math.min(settings.maxWaitSeconds, limits.submitWaitSeconds),
  });
  const { job, waitedSeconds } = await waitForEnd(dependencies, caller, accepted.job, wait);
  return jobResponse(request, job, {
    signer,
    open: images.open,
    usualSeconds,
    now: clock.now(),
    maxBytes: bufferedAnswerBytes,
    raw: await rawBodies(dependencies, job, received.rawWanted),
    replayed: accepted.replayed,
    limits: accepted.limits,
    waitedSeconds,
  });
}
