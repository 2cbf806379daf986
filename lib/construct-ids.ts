import type { FunctionName } from '../lambda/contract/environment.ts';

/** The name of a stage's stack. */
export const stackNameOf = (stage: string): string => `darkroom-${stage}`;

/** The id of a function's construct in the stack: its name in Pascal case. A change of it makes the function anew. */
export const constructIdOf = (name: FunctionName): string =>
  name.replaceAll(/(^|-)([a-z])/g, (_, _hyphen, letter: string) => letter.toUpperCase());
