import { type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

export const klein = 'bfl/flux-2-klein-9b';

/** An invocation is killed after fifteen seconds: what takes longer must be waited for outside of it. */
const fifteenSeconds = { modelTimeoutSeconds: 8, processJobTimeoutSeconds: 15 };

/** A stage with BFL, and two workers with one job each: jobs that hold their worker would hold up all others. */
export const startBfl = (): Promise<RunningDarkroom> =>
  startDarkroom(
    { ...fifteenSeconds, maximumConcurrency: 2, jobsPerInvocation: 1 },
    {
      vendors: [{ name: 'bfl', wire: 'bfl' }],
      stageFor: (simulator) => ({
        providers: { bfl: { baseUrl: simulator.baseUrl('bfl'), resultHosts: [simulator.resultHost] } },
      }),
    },
  );
