import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { holds, type Transition } from '../../../domain/jobs/conditions.ts';
import { attributeOf, type Item, recordOf } from './job-item.ts';
import { writeTokenAttribute } from './update-expression.ts';

/**
 * Whether a write whose condition failed had in truth been made: the SDK sends a request again when an answer gets lost,
 * and then the write's own first arrival is what makes the second one fail. Taking that for a lost claim would leave the
 * job to nobody for a whole lease; taking it for a lost completion would throw paid images away.
 *
 * Each transition's name has its own token, so that a later write of another kind (a replay counted on a completed job)
 * doesn't hide it. And what was written must still stand: a claim that has been cancelled since is not a claim.
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
