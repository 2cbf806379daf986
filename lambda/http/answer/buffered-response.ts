import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { toProxyResult } from './api-response.ts';
import { sharedWith } from './cross-origin.ts';
import type { Answer, AnswerFault } from './stream-response.ts';

/**
 * A handler whose answers Lambda gives to API Gateway whole. To HEAD they are those to GET, body included: API Gateway sends
 * its length and not the body, as HTTP wants it. Scripts of the allowed origins may read them.
 */
export const bufferedHandler =
  (answer: Answer, answerFault: AnswerFault, allowedOrigins: readonly string[]) =>
  async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const told = (response: Awaited<ReturnType<Answer>>) => toProxyResult(sharedWith(allowedOrigins, event, response));
    try {
      return await told(await answer(event, context));
    } catch (error) {
      return told(answerFault(error, event));
    }
  };
