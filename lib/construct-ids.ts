import type { FunctionName } from '../lambda/contract/environment.ts';

/** The name of a stage's stack. */
export const stackNameOf = (stage: string): string => `darkroom-${stage}`;

/** The id of a function's construct in the stack: its name in Pascal case. Changing it replaces the function. */
export const constructIdOf = (name: FunctionName): string =>
  name.replaceAll(/(^|-)([a-z])/g, (_, _hyphen, letter: string) => letter.toUpperCase());
