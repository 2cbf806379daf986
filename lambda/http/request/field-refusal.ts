import type * as z from 'zod/mini';
import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';

/** What is known of the field that a check failed for. */
export interface CheckedField {
  /** Whether it was sent at all. */
  readonly present: boolean;
  /** The field's description in the contract; may be empty. */
  readonly description: string;
  /** A similar unknown field of the request, likely a typo of this one (fuzzy match); absent where there is none. */
  readonly slip?: string | undefined;
}

/** The first failed check, but a field's own bound instead of that of safe integers, which zod checks before it. */
export function decisiveIssue(error: z.core.$ZodError | undefined): z.core.$ZodIssue | undefined {
  const [first, second] = error?.issues ?? [];
  const isOutOfSafe = (first?.code === 'too_big' || first?.code === 'too_small') && first.origin === 'int';
  const hasOwnBound = isOutOfSafe && second?.code === first.code && String(second.path) === String(first.path);
  return hasOwnBound ? second : first;
}

/**
 * What a field's failed check is to the caller: its name, and what would be allowed. The value itself isn't repeated,
 * for it may be long or private.
 */
export function fieldRefusal(issue: z.core.$ZodIssue, { present, description, slip }: CheckedField): GatewayError {
  const param = String(issue.path[0]);
  const meant =
    slip === undefined ? '' : ` Did you send it as "${shownName(slip)}"? That is not a field of this request.`;
  if (!present) return new GatewayError('missing_field', `The field "${param}" is required.${meant}`, { param });
  return new GatewayError('invalid_value', `"${placeOf(issue.path)}" ${sentences(issue, description)}`, { param });
}

/** For a wrong format, the contract's description says what is wrong; for anything else it explains the field. */
function sentences(issue: z.core.$ZodIssue, description: string): string {
  const required = requirement(issue);
  if (description === '') return required === undefined ? 'has the wrong format.' : `${required}.`;
  // The allowed values are explanation enough.
  if (issue.code === 'invalid_value') return `${required}.`;
  const meaning = description.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
  return required === undefined ? `must have this form: ${meaning}` : `${required}. Its description: ${meaning}`;
}

/** Where in a field the fault is, such as `rate_limits[0].period`. */
const placeOf = ([param, ...within]: readonly PropertyKey[]): string =>
  [String(param), ...within.map((at) => (typeof at === 'number' ? `[${at}]` : `.${shownName(String(at))}`))].join('');

const typeNames: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'an integer',
  boolean: 'true or false',
  string: 'a string',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Undefined where only the contract's own description explains it. */
function requirement(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      // Fields that are numbers are integers; amounts are deeper within.
      if (issue.expected === 'number' && issue.path.length > 1) return 'must be a number';
      return `must be ${typeNames[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return issue.inclusive === false ? `must be above ${issue.minimum}` : `must be at least ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `must have at most ${issue.maximum} characters`;
      if (issue.origin === 'array') return `may have at most ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}`;
    case 'unrecognized_keys':
      return `has no member "${shownName(issue.keys[0] ?? '')}"`;
    default:
      return undefined;
  }
}
