import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { type DeleteAnswerDependencies, deleteAnswer } from '../../application/serve/delete-answer.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { type Answer, emptyResponse } from '../../http/answer/api-response.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerCacheRemovalDependencies extends DeleteAnswerDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
}

/** The whole way of a known answer's deletion. Throws what its steps throw. */
export const answerCacheRemoval =
  (dependencies: AnswerCacheRemovalDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(dependencies.authentication, credentialOf(request, dependencies.sha256));
    await deleteAnswer(dependencies, caller, request.pathParameters.cache_id ?? '');
    return emptyResponse(request.requestId);
  };
