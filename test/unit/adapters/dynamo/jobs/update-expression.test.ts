import { describe, expect, it } from 'vitest';
import { updateExpressionFor } from '../../../../../lambda/adapters/dynamo/jobs/update-expression.ts';
import type { Change, Condition } from '../../../../../lambda/domain/jobs/conditions.ts';

/** The expression with its placeholders filled in, apart from what every update has. */
function readable(when: readonly Condition[], change: Change): { condition: string; update: string } {
  const expression = updateExpressionFor({ name: 'step', when, change }, 'T');
  const filledIn = (text: string) =>
    text
      .replaceAll(/:v\d+/g, (placeholder) => JSON.stringify(expression.ExpressionAttributeValues[placeholder]))
      .replaceAll(/#\w+/g, (placeholder) => `\`${expression.ExpressionAttributeNames[placeholder]}\``);
  return { condition: filledIn(expression.ConditionExpression), update: filledIn(expression.UpdateExpression) };
}

const once = 'attribute_exists(`status`) AND (attribute_not_exists(`token_step`) OR `token_step` <> {"S":"T"})';
const marked = 'SET `token_step` = {"S":"T"}';

describe('updateExpressionFor', () => {
  it('demands of every update that the item exists and that the update is new, and marks it', () => {
    expect(readable([], {})).toEqual({ condition: once, update: marked });
  });

  it('writes every comparison', () => {
    const when: Condition[] = [
      { field: 'claim', is: 'equalTo', value: 3 },
      { field: 'status', is: 'oneOf', values: ['pending', 'processing'] },
      { field: 'hop', is: 'atMost', value: 4 },
      { field: 'wakeAt', is: 'atLeast', value: 5 },
    ];
    expect(readable(when, {}).condition).toBe(
      `${once} AND \`claim\` = {"N":"3"} AND \`status\` IN ({"S":"pending"}, {"S":"processing"})` +
        ' AND `hop` <= {"N":"4"} AND `wakeAt` >= {"N":"5"}',
    );
  });

  it('writes every kind of change', () => {
    const change: Change = {
      set: { status: 'failed', failure: { code: 'internal', message: 'x', warnings: [] } },
      add: { claim: 1 },
      accumulate: { crashes: 'leaseHeld' },
      remove: ['openShard', 'result'],
    };
    expect(readable([], change).update).toBe(
      `${marked}, \`status\` = {"S":"failed"}, \`failure\` = {"S":"{\\"code\\":\\"internal\\",\\"message\\":\\"x\\",\\"warnings\\":[]}"}` +
        ', `claim` = if_not_exists(`claim`, {"N":"0"}) + {"N":"1"}' +
        ', `crashes` = if_not_exists(`crashes`, {"N":"0"}) + if_not_exists(`leaseHeld`, {"N":"0"})' +
        ' REMOVE `openShard`, `result`',
    );
  });

  it('refuses to change a field twice', () => {
    expect(() => readable([], { set: { claim: 1 }, add: { claim: 1 } })).toThrow('changes one field twice');
  });
});
