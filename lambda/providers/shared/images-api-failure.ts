import type { FailureKind } from '../../domain/failure.ts';
import { fieldOf, parseJson, present, textOf } from './json-fields.ts';
import type { SaidOfFailure } from './status-failure.ts';

/** Codes that say more than the status they come with. */
const kindsByCode: Readonly<Record<string, FailureKind>> = {
  moderation_blocked: 'refused',
  content_policy_violation: 'refused',
  // Azure's word for it: learn.microsoft.com/azure/foundry/openai/how-to/dall-e.
  contentFilter: 'refused',
  insufficient_quota: 'billing',
  billing_hard_limit_reached: 'billing',
  model_not_found: 'unsupported',
  unknown_parameter: 'unsupported',
  unsupported_parameter: 'unsupported',
  unsupported_value: 'unsupported',
};

/** Moderation's type, where it gives no code. With one, it is also the type of other mistakes in a request. */
const refusalType = 'image_generation_user_error';

/**
 * Reads `{error: {message, type, param, code}}`, or an `error` that is the message itself; a body of another form leaves
 * everything to the status.
 */
export function failureSaid(
  status: number,
  body: string,
  kindOfMessage: (message: string) => FailureKind | undefined = () => undefined,
): SaidOfFailure {
  const parsed = parseJson(body);
  const error = fieldOf(parsed, 'error');
  const message = textOf(parsed, 'error') ?? textOf(error, 'message');
  const code = textOf(error, 'code');
  const byCode = code !== undefined && Object.hasOwn(kindsByCode, code) ? kindsByCode[code] : undefined;
  const byType = code === undefined && textOf(error, 'type') === refusalType ? 'refused' : undefined;
  const param = contractParam(textOf(error, 'param'));
  // An unknown model is a 400 like any other value, but a fallback may well have what this one lacks.
  const byParam = status === 400 && param === 'model' ? 'unsupported' : undefined;
  const byMessage = message === undefined ? undefined : kindOfMessage(message);
  const limitIs = param === 'model' ? ('model' as const) : undefined;
  return present({ message, param, limitIs, kind: byCode ?? byType ?? byParam ?? byMessage });
}

const contractParams = new Set(
  'model prompt n size quality background output_format output_compression moderation user image mask'.split(' '),
);

/** The contract's word for the field that the server complains of; undefined where the caller knows no such field. */
function contractParam(param: string | undefined): string | undefined {
  const name = param?.replace(/^images?\b.*$/, 'image').replace(/^mask\b.*$/, 'mask');
  return name !== undefined && contractParams.has(name) ? name : undefined;
}
