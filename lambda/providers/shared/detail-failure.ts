import { fieldOf, listOf, parseJson, present, textOf } from './json-fields.ts';
import type { SaidOfFailure } from './status-failure.ts';

/** What an error of the `detail` family says: its message, the type it gives, and where it stands in the request. */
export interface SaidInDetail {
  readonly message?: string;
  /** The machine's word for the error, such as `content_policy_violation`. */
  readonly type?: string;
  /** The name of the field in the body. */
  readonly field?: string;
}

/** Reads `{detail: "text"}` and `{detail: [{loc: ["body", field], msg, type}]}`, as servers made with FastAPI answer. */
export function saidInDetail(body: string): SaidInDetail {
  const said = parseJson(body);
  const type = textOf(said, 'error_type');
  const text = textOf(said, 'detail') ?? textOf(said, 'error');
  if (text !== undefined) return present({ message: text, type });
  const [first] = listOf(said, 'detail');
  const names = listOf(first, 'loc').filter((part) => typeof part === 'string');
  const field = names.find((name) => name !== 'body');
  return present({ message: textOf(first, 'msg'), type: textOf(first, 'type') ?? type, field });
}

/** The same for the caller, in the contract's words; `params` are those of the provider's fields that it has one for. */
export function failureInDetail(body: string, params: (field: string) => string | undefined): SaidOfFailure {
  const { message, field } = saidInDetail(body);
  return present({ message, param: field === undefined ? undefined : params(field) });
}

/** Whether an answer is of the family at all: else it comes from something in between, and says nothing of the work. */
export const hasDetail = (body: string): boolean => fieldOf(parseJson(body), 'detail') !== undefined;
