import { fieldOf, present, textOf } from '../json-fields.ts';

/** The parsed body of an error, in whatever form. */
export interface ErrorWords {
  readonly message?: string;
  /** Its error codes and types, the innermost first. */
  readonly codes: readonly string[];
  readonly type?: string;
  /** The field complained of, as the server calls it. */
  readonly param?: string;
}

/** Where a server puts the error itself. The last two are Azure's, and hold the filter's own code. */
const nests = ['error', 'detail', 'errors', 'data', 'innererror', 'inner_error'];
const messages = ['message', 'Message', 'msg', 'error_message', 'error_msg', 'error_description', 'reason'];
const maxDepth = 4;

/**
 * Reads `{error: {message, type, param, code}}` as OpenAI's servers say it, and its relatives: the error as a text, in a list
 * (google-gemini/gemini-cli#15186), or without its shell (vLLM's `{object: "error", message}`); `{detail: text}`, `{detail: {…}}` and
 * `{detail: [{loc: ["body", field], msg}]}` of servers made with FastAPI; and a code beside a text, as xAI sends it.
 */
export function errorWords(value: unknown, depth = 0): ErrorWords {
  if (depth > maxDepth) return { codes: [] };
  if (typeof value === 'string') return /\S/.test(value) ? { message: value, codes: [] } : { codes: [] };
  if (Array.isArray(value)) {
    const said = value.map((each) => errorWords(each, depth + 1));
    return (
      said.find(({ message }) => message !== undefined) ?? said.find(({ codes }) => codes.length > 0) ?? { codes: [] }
    );
  }
  const inner = nests.map((name) => errorWords(fieldOf(value, name), depth + 1));
  const own = firstText(value, messages);
  const outer = ['code', 'error_code'].flatMap((name) => textOf(value, name) ?? []);
  const spoken = (member: 'message' | 'type' | 'param') => inner.flatMap((each) => each[member] ?? [])[0];
  return {
    ...present({
      message: inner[0]?.message ?? own ?? spoken('message'),
      type: spoken('type') ?? textOf(value, 'type'),
      param: spoken('param') ?? textOf(value, 'param') ?? fieldAt(fieldOf(value, 'loc')),
    }),
    codes: [...inner.flatMap(({ codes }) => codes), ...outer],
  };
}

const firstText = (value: unknown, names: readonly string[]): string | undefined =>
  names.map((name) => textOf(value, name)).find((text) => text !== undefined);

/** The field in FastAPI's `loc` path: after the request part it is in, before any path within the field. */
function fieldAt(path: unknown): string | undefined {
  return Array.isArray(path) ? path.find((part) => typeof part === 'string' && part !== 'body') : undefined;
}
