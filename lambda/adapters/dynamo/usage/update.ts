import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

/** The parts of an UpdateItem request that are not the same in all of them. */
export type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues' | 'ReturnValues'
>;

/** A number as DynamoDB stores it. */
export const number = (value: number) => ({ N: String(value) });

/** Names of attributes under the placeholders `#c0`, `#c1` …, or with another letter. */
export const placeholders = (letter: string, attributes: readonly string[]): Record<string, string> =>
  Object.fromEntries(attributes.map((attribute, at) => [`#${letter}${at}`, attribute]));
