import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { type DeleteJobDependencies, deleteJob } from '../../application/serve/delete-job.ts';
import { operationOf } from '../../contract/routes.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { type Answer, emptyResponse } from '../../http/answer/api-response.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerDeletionDependencies extends DeleteJobDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
}

/** The whole way of a job's deletion. Throws what its steps throw. */
export const answerDeletion =
  (dependencies: AnswerDeletionDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(dependencies.authentication, credentialOf(request, dependencies.sha256));
    const operation = operationOf(request.method, request.resource);
    await deleteJob(dependencies, caller, operation, request.pathParameters.job_id ?? '');
    return emptyResponse(request.requestId);
  };
