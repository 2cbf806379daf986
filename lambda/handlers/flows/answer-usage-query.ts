import { type ShowUsageDependencies, showUsage } from '../../application/keys/show-usage.ts';
import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { type Answer, jsonResponse } from '../../http/answer/api-response.ts';
import { usageView } from '../../http/keys/usage-view.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';
import { readOwner, refuseOthers } from '../../http/request/query-value.ts';

export interface AnswerUsageQueryDependencies extends ShowUsageDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
}

/** The whole way of a request for the caller's own usage, or for that of the owner whom an admin names. Throws what its steps throw. */
export const answerUsageQuery =
  (dependencies: AnswerUsageQueryDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(dependencies.authentication, credentialOf(request, dependencies.sha256));
    refuseOthers(request, ['owner']);
    const { owner, usage } = await showUsage(dependencies, caller, readOwner(request));
    return jsonResponse(200, request.requestId, { value: usageView(owner, usage) });
  };
