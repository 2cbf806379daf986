import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { holds, type Transition } from '../../../domain/jobs/conditions.ts';
import { attributeOf, type Item, recordOf } from './job-item.ts';
import { writeTokenAttribute } from './update-expression.ts';

/**
 * Idempotent write token: whether a write whose condition failed was in fact applied. The SDK retries a request whose
 * answer was lost, and then the first arrival makes the retry's condition fail. Taken for a lost claim, that would
 * leave the job without a worker for a whole lease; taken for a lost completion, it would throw away paid images.
 *
 * Each transition's name has its own token, so that a later write of another kind (a replay counted on a completed job)
 * doesn't hide it. What was written must also still be in place: a claim that was cancelled since is not a claim.
 */
export function stillStands(item: Item, transition: Transition, writeToken: string): boolean {
  if (item[writeTokenAttribute(transition.name)]?.S !== writeToken) return false;
  const set = transition.change.set ?? {};
  const setStands = Object.entries(set).every(([field, value]) => isSame(item[field], attributeOf(value)));
  const statusConditions = set.status === undefined ? transition.when.filter(({ field }) => field === 'status') : [];
  return setStands && statusConditions.every((condition) => holds(condition, { status: recordOf(item).status }));
}

/** DynamoDB writes numbers in a form of its own, so they are compared as numbers. */
function isSame(actual: AttributeValue | undefined, expected: AttributeValue): boolean {
  if (expected.N !== undefined) return actual?.N !== undefined && Number(actual.N) === Number(expected.N);
  return actual?.S === expected.S;
}
