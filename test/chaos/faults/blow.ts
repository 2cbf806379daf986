import type { ClientRequest } from 'node:http';
import type { Strike } from './choose-fault.ts';

/** What a step's fault is played with. */
export interface Blow {
  readonly strike: Strike;
  /** Makes another request like this one. */
  readonly again: () => ClientRequest;
}
