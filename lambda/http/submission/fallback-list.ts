import { limits } from '../../contract/limits.ts';
import { submissionFields } from '../../contract/submission.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';

const refusal = (message: string, cause?: unknown): GatewayError =>
  new GatewayError('invalid_value', message, { param: 'fallbacks', cause });

/**
 * Fallbacks as `provider/model` names, in order, from every form that clients send: strings, objects, lists of them,
 * and text that holds such a list as JSON (multipart). Throws `invalid_value`.
 */
export function fallbackList(value: JsonValue): readonly string[] {
  // Counted before anything is parsed, and again before any name is checked: each costs far more than its text.
  const entries = bounded(bounded(Array.isArray(value) ? value : [value]).flatMap(opened));
  return entries.map(nameOf);
}

function bounded(entries: readonly JsonValue[]): readonly JsonValue[] {
  if (entries.length <= limits.fallbacks) return entries;
  throw refusal(`"fallbacks" may have at most ${limits.fallbacks} entries.`);
}

/** One level of JSON within text. */
function opened(entry: JsonValue): readonly JsonValue[] {
  if (typeof entry !== 'string' || !/^\s*[[{]/.test(entry)) return [entry];
  if (entry.length > limits.textPartBytes) throw refusal('A part "fallbacks" is too long for a list of models.');
  try {
    const value: JsonValue = JSON.parse(entry);
    return Array.isArray(value) ? value : [value];
  } catch (cause) {
    throw refusal('A part "fallbacks" starts like JSON, but is not valid JSON.', cause);
  }
}

function nameOf(entry: JsonValue): string {
  const name = typeof entry === 'string' ? entry : joined(entry);
  if (name === undefined || !submissionFields.generation.shape.model.safeParse(name).success) {
    throw refusal('Each of "fallbacks" must be `provider/model`, or an object with `provider` and `model`.');
  }
  return name;
}

function joined(entry: JsonValue): string | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
  const { provider, model } = entry as { readonly [name: string]: JsonValue };
  // A slash in the provider would move the point at which the name is split again.
  if (typeof provider !== 'string' || typeof model !== 'string' || provider.includes('/')) return undefined;
  return `${provider}/${model}`;
}
