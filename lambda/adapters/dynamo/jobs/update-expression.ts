import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Change, Condition, Transition } from '../../../domain/jobs/conditions.ts';
import { attributeOf } from './job-item.ts';

/** The parts of an UpdateItem request that a transition decides. */
export interface UpdateExpression {
  readonly ConditionExpression: string;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
}

/**
 * The condition expression that the item is a job and meets all of these conditions, of which there is at least one.
 */
export function conditionFor(
  when: readonly Condition[],
): Pick<UpdateExpression, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  const placeholders = createPlaceholders();
  const conditions = [isJob(placeholders), ...when.map((condition) => comparison(condition, placeholders))];
  return {
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: placeholders.names,
    ExpressionAttributeValues: placeholders.values,
  };
}

/** The item under an id may be the tombstone of a submission that was rolled back, which is no job. */
const isJob = (placeholders: Placeholders): string => `attribute_exists(${placeholders.name('status')})`;

/** The attribute that holds the token of the last write by a transition of that name. */
export const writeTokenAttribute = (transitionName: string): string => `token_${transitionName}`;

/** Gives each name and value its placeholder: any attribute's name may be one of DynamoDB's reserved words. */
function createPlaceholders() {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  return {
    names,
    values,
    name(attribute: string): string {
      names[`#${attribute}`] = attribute;
      return `#${attribute}`;
    },
    value(value: unknown): string {
      const placeholder = `:v${Object.keys(values).length}`;
      values[placeholder] = attributeOf(value);
      return placeholder;
    },
  };
}

type Placeholders = ReturnType<typeof createPlaceholders>;

/**
 * The update that makes a transition, and the condition under which it may. The job must exist, and must not bear the
 * write token already: so a request that is sent twice, because its first answer was lost, counts once.
 */
export function updateExpressionFor(transition: Transition, writeToken: string): UpdateExpression {
  refuseDoubleChanges(transition);
  const placeholders = createPlaceholders();
  const tokenName = placeholders.name(writeTokenAttribute(transition.name));
  const tokenValue = placeholders.value(writeToken);
  const conditions = [
    isJob(placeholders),
    `(attribute_not_exists(${tokenName}) OR ${tokenName} <> ${tokenValue})`,
    ...transition.when.map((condition) => comparison(condition, placeholders)),
  ];
  const sets = [`${tokenName} = ${tokenValue}`, ...setClauses(transition.change, placeholders)];
  const removes = (transition.change.remove ?? []).map((field) => placeholders.name(field));
  return {
    ConditionExpression: conditions.join(' AND '),
    UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ExpressionAttributeNames: placeholders.names,
    ExpressionAttributeValues: placeholders.values,
  };
}

function comparison(condition: Condition, { name, value }: Placeholders): string {
  const field = name(condition.field);
  switch (condition.is) {
    case 'equalTo':
      return `${field} = ${value(condition.value)}`;
    case 'oneOf':
      return `${field} IN (${condition.values.map((each) => value(each)).join(', ')})`;
    case 'atMost':
      return `${field} <= ${value(condition.value)}`;
    case 'atLeast':
      return `${field} >= ${value(condition.value)}`;
  }
}

/** Every operand on the right is the field's former value, whatever else the same update does to it. */
function setClauses(change: Change, { name, value }: Placeholders): string[] {
  const formerOf = (field: string): string => `if_not_exists(${name(field)}, ${value(0)})`;
  return [
    ...Object.entries(change.set ?? {}).map(([field, next]) => `${name(field)} = ${value(next)}`),
    ...Object.entries(change.add ?? {}).map(
      ([field, amount]) => `${name(field)} = ${formerOf(field)} + ${value(amount)}`,
    ),
    ...Object.entries(change.accumulate ?? {}).map(
      ([field, other]) => `${name(field)} = ${formerOf(field)} + ${formerOf(other)}`,
    ),
  ];
}

/** DynamoDB refuses two changes of one field, and the pure form of a change would let the later one win. */
function refuseDoubleChanges({ name, change }: Transition): void {
  const { set = {}, add = {}, accumulate = {}, remove = [] } = change;
  const fields = [...Object.keys(set), ...Object.keys(add), ...Object.keys(accumulate), ...remove];
  if (new Set(fields).size < fields.length) throw new Error(`The transition ${name} changes one field twice.`);
}
