import { randomUUID } from 'node:crypto';
import type { FunctionHost } from './function-host.ts';
import { accountId } from './plan/references.ts';
import type { SchedulePlan } from './plan/triggers.ts';
import type { BackgroundTask } from './queue-pump.ts';

/**
 * Calls a function at its rate, first after one interval. A call that takes longer than that doesn't hold up the next.
 */
export function startSchedule(plan: SchedulePlan, region: string, host: FunctionHost): BackgroundTask {
  const timer = setInterval(() => {
    // The host has put a failure into the log; EventBridge would try again, and the next beat does as much.
    void host.invoke(plan.functionName, plan.input ?? JSON.stringify(createScheduleEvent(plan, region)));
  }, plan.everyMilliseconds);
  return {
    async stop() {
      clearInterval(timer);
    },
  };
}

function createScheduleEvent(plan: SchedulePlan, region: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: `aws.${plan.service}`,
    account: accountId,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [plan.arn],
    detail: plan.service === 'scheduler' ? '{}' : {},
  };
}
