import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { Answer, AnswerFault, ApiResponse } from './api-response.ts';
import { sharedWith } from './cross-origin.ts';

/**
 * A handler with buffered answers. HEAD gets the same as GET, body included: API Gateway sends its length and not the
 * body, as HTTP requires. CORS: scripts of the allowed origins may read them.
 */
export const bufferedHandler =
  (answer: Answer, answerFault: AnswerFault, allowedOrigins: readonly string[]) =>
  async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const told = (response: ApiResponse) => toProxyResult(sharedWith(allowedOrigins, event, response));
    try {
      return await told(await answer(event, context));
    } catch (error) {
      return told(answerFault(error, event));
    }
  };

/** The answer as a buffered Lambda gives it to API Gateway, which takes 6 MB at most. */
async function toProxyResult(response: ApiResponse): Promise<APIGatewayProxyResult> {
  const { body } = response;
  return {
    statusCode: response.status,
    headers: { ...response.headers },
    body: typeof body === 'string' ? body : (await buffer(body)).toString('utf8'),
    isBase64Encoded: false,
  };
}
