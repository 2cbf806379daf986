import { broken, type Check } from './check.ts';

/** Promise 40: a result tells of its plan, and the plan goes with the open entry. */
export const results: Check = {
  onWrite(_, life, __, by) {
    const { result, attempts } = life.row;
    const closed = attempts.find(({ outcome, plan }) => outcome !== 'started' && plan !== undefined);
    if (closed) broken(40, life, `${by} left a plan in the closed entry ${closed.number}`);
    if (!result || life.isGone || life.row.deletedAt !== undefined) return;
    if (result.deployment !== result.model) broken(40, life, `the result went to ${result.deployment}`);
    const tells = result.warnings.some(
      ({ code, message }) => code === 'warnings_omitted' || message.startsWith(`The model ${result.model} `),
    );
    if (!tells) broken(40, life, `${by} lost the warning of the plan for ${result.model}`);
  },
};
