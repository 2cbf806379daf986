import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Frees at once what nobody can reach, so that what is left is what somebody keeps. */
export const collectGarbage = runInNewContext('gc') as () => void;
