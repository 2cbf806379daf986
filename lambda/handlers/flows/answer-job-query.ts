import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { type GetJobDependencies, getJob } from '../../application/serve/get-job.ts';
import type { UsualSeconds } from '../../application/serve/usual-seconds.ts';
import { operationOf } from '../../contract/routes.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import type { ImageStore, LinkSigner } from '../../domain/ports.ts';
import type { Answer } from '../../http/answer/api-response.ts';
import { jobResponse } from '../../http/answer/job-response.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';
import { grantWait, preferredWaitSeconds } from '../../http/request/prefer-wait.ts';

export interface AnswerJobQueryDependencies extends GetJobDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
  readonly images: Pick<ImageStore, 'findJson' | 'open'>;
  readonly signer: LinkSigner;
  readonly usualSeconds: UsualSeconds;
  /** `maxWaitSeconds` is what the stage grants of `Prefer: wait`. */
  readonly settings: GetJobDependencies['settings'] & { readonly maxWaitSeconds: number };
}

/** The whole way of a GET of a job, which may wait for the job's end. Throws what its steps throw. */
export const answerJobQuery =
  (dependencies: AnswerJobQueryDependencies): Answer =>
  async (event, context) => {
    const { authentication, sha256, images, signer, usualSeconds, clock, settings } = dependencies;
    const arrivedAt = clock.now();
    const request = readApiRequest(event);
    const caller = await authenticate(authentication, credentialOf(request, sha256));
    const operation = operationOf(request.method, request.resource);
    const wait = grantWait({
      arrivedAt,
      now: clock.now(),
      remainingMilliseconds: context.getRemainingTimeInMillis(),
      askedSeconds: preferredWaitSeconds(request),
      maxSeconds: settings.maxWaitSeconds,
    });
    const jobId = request.pathParameters.job_id ?? '';
    const { job, waitedSeconds, ...raw } = await getJob(dependencies, caller, operation, jobId, wait);
    return jobResponse(request, job, {
      signer,
      open: images.open,
      usualSeconds,
      now: clock.now(),
      raw,
      waitedSeconds,
    });
  };
