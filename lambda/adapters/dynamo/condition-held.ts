import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/**
 * The answer to a conditional write to DynamoDB, or undefined where its condition didn't hold. Throws every other
 * fault.
 */
export async function conditionHeld<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
