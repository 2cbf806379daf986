import { isSpent } from '../../../lambda/domain/jobs/attempt.ts';
import { requestsIn } from '../../support/ledger-kept.ts';
import { type Check, eachJob } from './check.ts';

export const chargesAreRecorded = eachJob('every charge stands in a ledger', ({ row, requests }) => {
  const charges = requests.filter(({ charged }) => charged).length;
  const paid = (row?.attempts ?? []).filter(({ billed }) => billed !== 'no').length;
  return [charges > paid && `the provider charged ${charges} times, and the ledger has ${paid} entries that may cost`];
});

export const requestsAreRecorded = eachJob('every request stands in a ledger', ({ row, requests }) => {
  const recorded = requestsIn(row?.attempts ?? []);
  return [
    requests.length > recorded &&
      `the provider was asked ${requests.length} times, and the ledger tells of ${recorded} requests`,
  ];
});

export const noStrayRequests: Check = {
  name: 'no request for a job that nobody planned',
  find: ({ strayRequests }) => strayRequests.map(({ method, path }) => `${method} ${path}`),
};

export const unknownOnce = eachJob('at most one request after an unknown outcome', ({ row }, { scenario }) => {
  const attempts = row?.attempts ?? [];
  const at = attempts.findIndex(({ outcome }) => isSpent(outcome));
  const after = at < 0 ? 0 : requestsIn(attempts.slice(at + 1).filter(({ outcome }) => outcome !== 'not_sent'));
  const most = scenario.settings.onUnknownOutcome === 'fail' ? 0 : 1;
  return [after > most && `after an unknown outcome it made ${after} further requests`];
});

export const storedIsNotPaidAgain = eachJob('what was stored is not paid for again', ({ requests }, { scenario }) => {
  const charges = requests.filter(({ charged }) => charged).length;
  return [scenario.paidOnce && charges > 1 && `it was paid for ${charges} times`];
});
