/**
 * The errors of InvokeModel. Sources: botocore's model of bedrock-runtime (types and their statuses); messages as users
 * quote them. An error's type is in a header, its message in the body.
 */
import { randomUUID } from 'node:crypto';
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

const typeOf: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

const defaultMessages: Readonly<Record<string, string>> = {
  AccessDeniedException: "You don't have access to the model with the specified model ID.",
  ResourceNotFoundException: 'Could not resolve the foundation model from the provided model identifier.',
  ModelTimeoutException: 'The request took too long to process. Processing time exceeded the model timeout length.',
  ModelErrorException: 'The system encountered an unexpected error during processing. Try your request again.',
  ThrottlingException: 'Too many requests, please wait before trying again.',
  InternalServerException: 'The system encountered an unexpected error during processing. Try your request again.',
  ServiceUnavailableException: 'Bedrock is unable to process your request.',
  ServiceQuotaExceededException: 'Your request exceeds the service quota for your account.',
};

export const bedrockError = (
  status: number,
  type: string | undefined,
  message: string,
  headers: Record<string, string> = {},
): WireAnswer =>
  jsonAnswer(
    status,
    { message },
    {
      ...(type === undefined
        ? {}
        : { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` }),
      ...headers,
    },
  );

/** A 400 for a body that violates the model's schema, with that schema's message. */
export const malformedInput = (why: string): WireAnswer =>
  bedrockError(
    400,
    'ValidationException',
    `Malformed input request: ${why}, please reformat your input and try again.`,
  );

export const requestId = (): Record<string, string> => ({ 'x-amzn-requestid': randomUUID() });

/** Bedrock's body for a failure that was ordered. `code` names the exception; a quota's has a status of its own. */
export function bedrockFailure({ status, code, message, retryAfter }: OrderedFailure): WireAnswer {
  const type = code === 'insufficient_quota' ? 'ServiceQuotaExceededException' : (code ?? typeOf[status]);
  const said = message ?? defaultMessages[type ?? ''] ?? `Status ${status}.`;
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return bedrockError(type === 'ServiceQuotaExceededException' ? 400 : status, type, said, headers);
}
