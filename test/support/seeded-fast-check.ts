import fc from 'fast-check';

/**
 * fast-check with a seed that stays, so that a run of the tests can be had again, and a new failure comes from the change at
 * hand. `DARKROOM_SEED=7 npx vitest run test/unit` looks elsewhere. A failure prints the seed and the path to its case.
 */
fc.configureGlobal({ seed: Number(process.env.DARKROOM_SEED ?? 1) });

export default fc;
