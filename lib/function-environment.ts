import {
  type EnvironmentTextOf,
  type FunctionName,
  functionVariables,
  type VariableName,
} from '../lambda/contract/environment.ts';

/**
 * Room for a value that only deployment knows. The longest are a queue's URL, with 80 characters for its name and some
 * 55 before it, and a secret's ARN.
 */
const unknownValueBytes = 160;

/**
 * The same for the name of a table or bucket: CloudFormation makes it from the stack's name, which has 39 characters at most, the
 * resource's id in the template, and 13 characters of its own.
 */
const unknownNameBytes = 100;

const isName = (variable: string): boolean => /_(?:TABLE|BUCKET)$/.test(variable);

/** Just the variables that a function reads, out of all that the stack knows. */
export function environmentOf<F extends FunctionName>(
  name: F,
  texts: Readonly<Record<VariableName, string>>,
): EnvironmentTextOf<F> {
  const variables: readonly VariableName[] = functionVariables[name];
  return Object.fromEntries(variables.map((variable) => [variable, texts[variable]])) as EnvironmentTextOf<F>;
}

/** The size of an environment in bytes, with room for each value that deployment fills in. */
export function environmentBytes(resolved: Readonly<Record<string, unknown>>): number {
  return Object.entries(resolved).reduce((sum, [name, value]) => {
    return sum + Buffer.byteLength(name) + valueBytes(value, isName(name) ? unknownNameBytes : unknownValueBytes);
  }, 0);
}

/** A text, what deployment fills in, or a text put together from both. */
function valueBytes(value: unknown, unknownBytes: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const [separator = '', parts] = (value as { 'Fn::Join'?: [string, readonly unknown[]] })['Fn::Join'] ?? [];
  if (parts === undefined) return unknownBytes;
  return parts.reduce<number>((sum, part) => sum + Buffer.byteLength(separator) + valueBytes(part, unknownBytes), 0);
}
