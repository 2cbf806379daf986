import { leaksIn } from '../../e2e/log-leaks.ts';
import type { Check } from './check.ts';

/** A thread that dies takes what it was about to say along, and may leave half a line. */
export const logsAreClean: Check = { name: 'no secret in the log', find: ({ logLines }) => leaksIn(logLines) };
