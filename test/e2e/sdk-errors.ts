import { APIError } from 'openai';

/** What OpenAI's SDK throws for a request that must fail. Throws where it throws nothing, or no error of the API. */
export async function thrownBy(request: Promise<unknown>): Promise<APIError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error('The SDK threw no error of the API.', { cause: error });
}
