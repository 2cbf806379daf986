import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../../../lambda/contract/environment.ts';
import type { Route } from '../../../../lambda/contract/route.ts';
import { routes } from '../../../../lambda/contract/routes.ts';
import { answerCacheRemoval } from '../../../../lambda/handlers/flows/answer-cache-removal.ts';
import { answerCancellation } from '../../../../lambda/handlers/flows/answer-cancellation.ts';
import { answerDeletion } from '../../../../lambda/handlers/flows/answer-deletion.ts';
import { answerFileRequest } from '../../../../lambda/handlers/flows/answer-file-request.ts';
import { answerJobList } from '../../../../lambda/handlers/flows/answer-job-list.ts';
import { answerJobQuery } from '../../../../lambda/handlers/flows/answer-job-query.ts';
import { answerKeyRequest } from '../../../../lambda/handlers/flows/answer-key-request.ts';
import { answerModelQuery } from '../../../../lambda/handlers/flows/answer-model-query.ts';
import { answerSubmission } from '../../../../lambda/handlers/flows/answer-submission.ts';
import { answerSynchronously } from '../../../../lambda/handlers/flows/answer-synchronously.ts';
import { answerUsageQuery } from '../../../../lambda/handlers/flows/answer-usage-query.ts';
import type { Answer } from '../../../../lambda/http/answer/api-response.ts';
import { ask, createFlowFixture } from '../../../support/flow-fixture.ts';

const flows: Partial<Record<FunctionName, (dependencies: never) => Answer>> = {
  'submit-job': answerSubmission,
  'run-synchronously': answerSynchronously,
  'get-job': answerJobQuery,
  'cancel-job': answerCancellation,
  'delete-job': answerDeletion,
  'delete-answer': answerCacheRemoval,
  'list-models': answerModelQuery,
  'list-jobs': answerJobList,
  'show-usage': answerUsageQuery,
  'manage-files': answerFileRequest,
  'manage-keys': answerKeyRequest,
};

const all: readonly Route[] = routes;
const guarded = all.filter(({ credential }) => credential);

/** What tells who calls, and nothing behind it: whatever else a flow reaches for is not there. */
function createDoor(route: Route): Answer {
  const { authentication, sha256, clock } = createFlowFixture();
  const flow = flows[route.function];
  if (!flow) throw new Error(`No flow is known for ${route.function}.`);
  const settings = { passThrough: 'none' };
  return flow({ authentication, sha256, clock, settings, takesTokens: true } as never);
}

describe.each(guarded)('the flow of $method $path', (route) => {
  it.each([
    ['nobody', ''],
    ['a key that nobody has', 'sk-bf-unknown'],
  ])('refuses %s before it reads or reaches for anything', async (_, key) => {
    const asked = { method: route.method, resource: route.path, headers: { 'x-bf-vk': key }, body: '{' };
    const { status, body } = await ask(createDoor(route), asked);
    expect(status).toBe(401);
    expect(body.error.code).toBe(key === '' ? 'virtual_key_required' : 'virtual_key_not_found');
  });
});
