import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { type ListJobsDependencies, listJobs } from '../../application/serve/list-jobs.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { type Answer, jsonResponse } from '../../http/answer/api-response.ts';
import { readJobList } from '../../http/lists/job-list-request.ts';
import { jobListView } from '../../http/lists/job-list-view.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerJobListDependencies extends ListJobsDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
}

/** The whole way of a request for a page of jobs. Throws what its steps throw. */
export const answerJobList =
  (dependencies: AnswerJobListDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(dependencies.authentication, credentialOf(request, dependencies.sha256));
    const page = await listJobs(dependencies, caller, readJobList(request));
    return jsonResponse(200, request.requestId, { value: jobListView(page) });
  };
