import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

const collect = runInNewContext('gc') as () => void;

/** Frees at once what nobody can reach, so that what is left is what somebody keeps. */
export function collectGarbage(): void {
  collect();
  // The second time waits for what the first has others sweep up.
  collect();
}
