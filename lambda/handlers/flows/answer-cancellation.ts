import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { type CancelJobDependencies, cancelJob } from '../../application/serve/cancel-job.ts';
import { rawBodies } from '../../application/serve/raw-bodies.ts';
import type { UsualSeconds } from '../../application/serve/usual-seconds.ts';
import { operationOf } from '../../contract/routes.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import type { ImageStore, LinkSigner } from '../../domain/ports.ts';
import type { Answer } from '../../http/answer/api-response.ts';
import { jobResponse } from '../../http/answer/job-response.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerCancellationDependencies extends CancelJobDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
  readonly images: Pick<ImageStore, 'findJson' | 'open'>;
  readonly signer: LinkSigner;
  readonly usualSeconds: UsualSeconds;
}

/** The whole way of a cancel, whose answer shows the job: cancelled, or as it had already ended. Throws what its steps throw. */
export const answerCancellation =
  (dependencies: AnswerCancellationDependencies): Answer =>
  async (event) => {
    const { authentication, sha256, images, signer, usualSeconds, clock } = dependencies;
    const request = readApiRequest(event);
    const caller = await authenticate(authentication, credentialOf(request, sha256));
    const operation = operationOf(request.method, request.resource);
    const job = await cancelJob(dependencies, caller, operation, request.pathParameters.job_id ?? '');
    return jobResponse(request, job, {
      signer,
      open: images.open,
      usualSeconds,
      now: clock.now(),
      raw: await rawBodies(dependencies, job),
      waitedSeconds: 0,
    });
  };
