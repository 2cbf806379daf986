import { ProviderFailure } from '../../domain/failure.ts';
import { messageIn } from '../wire/failures/error-message.ts';
import { failureOfAnswer, limitOfAccount, type SaidOfFailure } from '../wire/failures/status-failure.ts';
import type { JsonAnswer } from '../wire/json-exchange.ts';
import { countOf, parseJson, present } from '../wire/json-fields.ts';

/** The contract's names of the models' fields. */
const params = new Map(
  Object.entries({
    image: 'image',
    input_image: 'image',
    input_images: 'image',
    redux_image: 'image',
    image_input: 'image',
    images: 'image',
    num_outputs: 'n',
    width: 'size',
    height: 'size',
    steps: 'num_inference_steps',
    output_quality: 'output_compression',
    megapixels: 'resolution',
  }).concat(
    [
      'prompt',
      'mask',
      'seed',
      'aspect_ratio',
      'output_format',
      'num_inference_steps',
      'resolution',
      'negative_prompt',
    ].map((name) => [name, name]),
  ),
);

/** The failure of a request to Replicate's API: `{title, detail, status}`, which names fields as `input.prompt`. */
export const requestFailure = (answer: JsonAnswer, apiKey: string): ProviderFailure =>
  failureOfAnswer(answer, { ...failureSaid(answer.text), ...limitOfAccount(answer.status) }, apiKey);

/** Reads the body of an error; one of another form leaves everything to the status. */
export function failureSaid(body: string): SaidOfFailure {
  const said = parseJson(body);
  const message = messageIn(body);
  const field = /\binput\.(\w+)/.exec(message ?? '')?.[1];
  // The reset time is in the message, and sometimes in a field of its own:
  // replicate.com/docs/topics/predictions/rate-limits.
  const seconds = /resets in ~?(\d+(?:\.\d+)?) ?s/i.exec(message ?? '')?.[1];
  return present({
    message,
    param: field === undefined ? undefined : params.get(field),
    retryAfterSeconds: countOf(said, 'retry_after') ?? (seconds === undefined ? undefined : Number(seconds)),
  });
}

/** A failure before the prediction was created: whatever its kind, no work was begun, and nothing is charged. */
export function beforeAnyWork(error: unknown): unknown {
  if (!(error instanceof ProviderFailure) || error.billed === 'no') return error;
  return new ProviderFailure('overloaded', 'An input image could not be uploaded to the provider.', {
    cause: error,
    ...(error.statusCode === undefined ? {} : { statusCode: error.statusCode }),
  });
}
