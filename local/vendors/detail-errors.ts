/**
 * The errors of vendors whose servers are made with FastAPI: `{detail}`, a text or a list of what is wrong with which
 * field. Source: the schemas HTTPValidationError and ValidationError in the OpenAPI documents of Black Forest Labs and
 * fal.
 */
import { jsonAnswer, type WireAnswer, type WirePlan } from './vendor-wire.ts';

/** An error with a plain message. */
export const detailAnswer = (status: number, detail: string, headers: Record<string, string> = {}): WireAnswer =>
  jsonAnswer(status, { detail }, headers);

/** The 422 for a field of the body that breaks a rule. */
export const fieldAnswer = (field: string, msg: string, type = 'value_error'): WireAnswer =>
  jsonAnswer(422, { detail: [{ loc: ['body', field], msg, type }] });

export const refusePlan = (answer: WireAnswer): WirePlan => ({ kind: 'refuse', answer });

export const replyPlan = (answer: WireAnswer): WirePlan => ({ kind: 'reply', answer });

/** A JSON object, or undefined for any other body. */
export function fieldsOf(body: {
  readonly kind: string;
  readonly value?: unknown;
}): Record<string, unknown> | undefined {
  const { value } = body;
  return body.kind === 'json' && typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** A member that is text. */
export const textIn = (fields: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined => {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** A member that is a whole number. */
export const integerIn = (fields: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = fields[name];
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
};
