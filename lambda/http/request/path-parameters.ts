import type { APIGatewayProxyEvent } from 'aws-lambda';
import { plainRecord } from './plain-record.ts';

/**
 * The parameters of a request's path, decoded. A REST API hands them over as they were sent, `%2F` included, in a
 * greedy parameter as in any other (https://github.com/aws/aws-sam-cli/issues/771, and the events that were captured on
 * AWS in https://github.com/hotsock/voker/tree/main/vokerhttp/testdata). One that isn't properly encoded stays as it
 * is.
 */
export const pathParametersOf = ({
  pathParameters,
}: Pick<APIGatewayProxyEvent, 'pathParameters'>): Readonly<Record<string, string | undefined>> =>
  plainRecord(
    Object.entries(pathParameters ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, decoded(value)] as const] : [],
    ),
  );

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
