import type { Lane } from '../lambda/domain/jobs/lane.ts';
import type { StageConfig } from './stage-settings.ts';

/** Jobs of one owner that a stage works on at a time, in each lane: at least one. */
export function maxRunningJobsOf(
  stage: Pick<StageConfig, 'maxRunningJobsPerOwner' | 'maximumConcurrency' | 'jobsPerInvocation' | 'slowConcurrency'>,
): Readonly<Record<Lane, number>> {
  const { maxRunningJobsPerOwner: most } = stage;
  const shareOf = (capacity: number) => (most === 'four_fifths' ? Math.max(1, Math.floor((capacity * 4) / 5)) : most);
  return { shared: shareOf(stage.maximumConcurrency * stage.jobsPerInvocation), alone: shareOf(stage.slowConcurrency) };
}
