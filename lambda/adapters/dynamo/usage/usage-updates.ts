import type { Forgettable } from '../../../domain/usage/usage.ts';
import { number, placeholders, type Update } from './update.ts';
import { countAttribute, modelAttribute, sumAttribute } from './usage-item.ts';

/** Attributes that one update drops at most: DynamoDB takes an expression of 4 KB. */
const maxForgotten = 200;

/** Drops the windows that there are of these; undefined where there are none. */
export function forgetting({ counts, sums, models }: Forgettable): Update | undefined {
  const attributes = [...counts.map(countAttribute), ...sums.map(sumAttribute), ...models.map(modelAttribute)];
  const forgotten = attributes.slice(0, maxForgotten);
  if (forgotten.length === 0) return undefined;
  return {
    UpdateExpression: `REMOVE ${forgotten.map((_, index) => `#w${index}`).join(', ')}`,
    ConditionExpression: 'attribute_exists(#open)',
    ExpressionAttributeNames: { '#open': 'open', ...placeholders('w', forgotten) },
  };
}

/** Takes the mark from an item that bears one. */
export const unmarking: Update = {
  UpdateExpression: 'REMOVE #purgeAt',
  ConditionExpression: 'attribute_exists(#purgeAt)',
  ExpressionAttributeNames: { '#purgeAt': 'purgeAt' },
};

/** Marks an item, or makes one that bears the mark. */
export const marking = (now: number): Update => ({
  UpdateExpression: 'SET #purgeAt = if_not_exists(#purgeAt, :now), #open = if_not_exists(#open, :none)',
  ExpressionAttributeNames: { '#purgeAt': 'purgeAt', '#open': 'open' },
  ExpressionAttributeValues: { ':now': number(now), ':none': { M: {} } },
});
