import { describe } from 'vitest';
import { keepsPromisesIn } from './keeps-promises.ts';

describe('the engine, simulated', () => {
  keepsPromisesIn([21, 26, 31, 36]);
});
