import { fieldOf, listOf, parseJson, present, textOf } from '../json-fields.ts';
import { messageIn } from './error-message.ts';
import type { SaidOfFailure } from './status-failure.ts';

/** The content of a `detail` error: its message, its types, and the request fields that it refers to. */
export interface SaidInDetail {
  readonly message?: string;
  /** Error types, such as `content_policy_violation`: one for each entry, that of the whole last. */
  readonly types: readonly string[];
  /** The name of the field in the body: of the first entry that names one. */
  readonly field?: string;
}

/**
 * Reads `{detail: "text"}`, `{detail: {error: "text"}}` and `{detail: [{loc: ["body", field], msg, type}]}`, as servers
 * made with FastAPI answer.
 */
export function saidInDetail(body: string): SaidInDetail {
  const said = parseJson(body);
  const detail = fieldOf(said, 'detail');
  const entries = Array.isArray(detail) ? listOf(said, 'detail') : [detail];
  const types = [...entries, said].flatMap((each) => textOf(each, 'type') ?? textOf(each, 'error_type') ?? []);
  const [field] = entries.flatMap((each) => fieldIn(each) ?? []);
  return { ...present({ message: messageIn(body), field }), types };
}

const fieldIn = (entry: unknown): string | undefined =>
  listOf(entry, 'loc').find((part): part is string => typeof part === 'string' && part !== 'body');

/** The same with the contract's field names; `params` maps the provider's fields to them. */
export function failureInDetail(body: string, params: (field: string) => string | undefined): SaidOfFailure {
  const { message, field } = saidInDetail(body);
  return present({ message, param: field === undefined ? undefined : params(field) });
}

/** Whether an answer has the `detail` form: otherwise it comes from a proxy, and doesn't describe the work. */
export const hasDetail = (body: string): boolean => fieldOf(parseJson(body), 'detail') !== undefined;
