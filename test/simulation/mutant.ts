import type { Mutation } from '../chaos/mutations.ts';

/** A safeguard of the engine that can be left out, to see which promise tells of it. */
export type Mutant = Omit<Mutation, 'scenario'>;
