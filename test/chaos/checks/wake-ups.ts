import { type Check, eachJob } from './check.ts';

/**
 * Each of these has a cause that struck the job: a worker that died between sending the next hop and giving back its lease
 * sends it again, and so may the one after it. More than these, and chains multiply. In a storm of 10,000 jobs no worker sent
 * a hop more than twice, and no job had more than ten wake-ups.
 */
const maxOfOneHop = 3;
const maxInAll = 24;

export const chainsDontMultiply = eachJob('wake-ups are bounded', ({ row }, { steps, scenario }) => {
  if (row === undefined) return [];
  const sent = steps.wakeUpsOf(row.id);
  const byWorkers = Map.groupBy(
    sent.filter(({ by }) => by === 'process-job'),
    ({ hop }) => hop,
  );
  const most = scenario.calm ? 1 : maxOfOneHop;
  return [
    sent.length > maxInAll && `${sent.length} wake-ups were sent for it`,
    ...[...byWorkers].map(([hop, { length }]) => length > most && `workers sent its hop ${hop} ${length} times`),
  ];
});

export const queueEmpties: Check = {
  name: 'no message stays for ever',
  find: ({ messages, scenario }) => [
    ...(scenario.emptiesQueue && messages.jobs > 0 ? [`${messages.jobs} messages are left on the queue`] : []),
    ...(scenario.emptiesQueue && messages.deadLetters > 0 ? [`${messages.deadLetters} dead letters are left`] : []),
  ],
};

export const calmIsCalm = eachJob('no worker or wake-up is lost without a cause', ({ history, row }, { scenario }) => {
  if (!scenario.calm || row === undefined) return [];
  const { plan } = history;
  const requests = row.attempts.length;
  return [
    row.status !== 'completed' && `it ${row.status}: ${row.failure?.message}`,
    row.crashes > 0 && `${row.crashes} crashes were counted`,
    row.wakeups > 0 && `the sweep had to wake it ${row.wakeups} times`,
    requests > Math.ceil(plan.n / 2) && `it made ${requests} requests for ${plan.n} images`,
  ];
});
