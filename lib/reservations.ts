import type { FunctionName } from '../lambda/contract/environment.ts';

/** Concurrent executions set aside for functions: no other function can take them, and the function can't pass them. */
export type Reservations = Readonly<Partial<Record<FunctionName, number>>>;
