import type * as z from 'zod/mini';
import { GatewayError } from '../domain/error-code.ts';
import type { Operation } from '../domain/generation.ts';
import { fieldDescription } from './field-schema.ts';

/**
 * What a field's failed check is to the caller: its name, and what would be allowed. The value itself isn't repeated,
 * for it may be long or private.
 */
export function fieldRefusal(operation: Operation, issue: z.core.$ZodIssue, present: boolean): GatewayError {
  const param = String(issue.path[0]);
  if (!present) return new GatewayError('missing_field', `The field "${param}" is required.`, { param });
  const description = fieldDescription(operation, param);
  const hint = description === '' ? '' : ` ${description}`;
  return new GatewayError('invalid_value', `"${param}" ${requirement(issue)}.${hint}`, { param });
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'an integer',
  boolean: 'true or false',
  string: 'a string',
  array: 'a list',
};

function requirement(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `must have at most ${issue.maximum} characters`;
      if (issue.origin === 'array') return `may have at most ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}`;
    default:
      return 'is not in the form it must have';
  }
}
