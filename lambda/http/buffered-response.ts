import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { toProxyResult } from './api-response.ts';
import type { Answer, AnswerFault } from './stream-response.ts';

/** A handler whose answers Lambda gives to API Gateway whole. */
export const bufferedHandler =
  (answer: Answer, answerFault: AnswerFault) =>
  async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    try {
      return await toProxyResult(await answer(event, context));
    } catch (error) {
      return toProxyResult(answerFault(error, event));
    }
  };
