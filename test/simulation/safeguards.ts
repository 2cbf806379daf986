import { mutations } from '../chaos/mutations.ts';
import { answerSafeguards } from './answer-safeguards.ts';
import { inputSafeguards } from './input-safeguards.ts';
import { moneySafeguards } from './money-safeguards.ts';
import type { Mutant } from './mutant.ts';
import { synchronousSafeguards } from './synchronous-safeguards.ts';

const safeguards = {
  'bounded-prompts': {
    safeguard: 'what a provider says of its images is cut to what an item has room for',
    file: 'domain/jobs/bounded-answer.ts',
    snippet: 'const kept = cutTogether(texts, Math.floor(itemLimits.revisedPromptBytes * ofRequest));',
    replacement: 'const kept = texts;\n  void ofRequest;\n  void cutTogether;',
  },
  'bounded-messages': {
    safeguard: 'what a provider says of a failure is cut to what the ledger has room for',
    file: 'domain/jobs/ledger.ts',
    snippet: 'return Math.max(minMessageBytes, Math.min(messageBytes, Math.floor((ledgerMessageBytes - used) / 4)));',
    replacement:
      'return 1e9 + Math.max(minMessageBytes, Math.min(messageBytes, Math.floor((ledgerMessageBytes - used) / 4)));',
  },
  // Each of the three would do alone, as things are: an id comes back only when every link to it has expired.
  'links-of-their-own': {
    safeguard: 'a link opens only the job that it was made for, until it expires',
    file: 'application/serve/get-image.ts',
    snippet:
      '  if (!address || address.expires < Math.floor(clock.now() / 1000)) throw noSuchImage();\n' +
      '  if (!(await signer.isGenuine(address, link.signature))) throw noSuchImage();\n' +
      '  const job = await jobs.find(address.jobId);\n' +
      "  if (job?.status !== 'completed' || !isVisible(job, clock.now())) throw noSuchImage();\n" +
      '  if (address.expires !== linkExpiryOf(job)) throw noSuchImage();\n' +
      '  if (!(await signer.isFor(address, job.submissionNonce, link.signature))) throw noSuchImage();\n',
    replacement:
      '  if (!address) throw noSuchImage();\n' +
      '  if (!(await signer.isGenuine(address, link.signature))) throw noSuchImage();\n' +
      '  const job = await jobs.find(address.jobId);\n' +
      "  if (job?.status !== 'completed' || !isVisible(job, clock.now())) throw noSuchImage();\n",
  },
  'gate-of-a-model': {
    safeguard: 'what closes for one model leaves the others open',
    file: 'application/rate-limiter/gate-access.ts',
    snippet: "  ...(limitIs === 'model' ? { model } : {}),",
    replacement: "  ...(limitIs === ('neither' as string) ? { model } : {}),",
  },
  'patience-at-gates': {
    safeguard: 'a job with a fallback at another provider waits for its patience and no longer',
    file: 'domain/rate-limiter/rate-limit-patience.ts',
    snippet: 'return until > (rateLimitedSince(job) ?? now) + patienceSeconds * 1000;',
    replacement: 'return until > (rateLimitedSince(job) ?? now) + 1e9 + patienceSeconds;',
  },
  'deleted-is-gone': {
    safeguard: 'a late worker takes back what it stored for a job that was deleted',
    file: 'application/attempt/write-attempt.ts',
    snippet: 'if (!job || !entry || isDeleted(job)) return false;',
    replacement: 'if (!job || !entry || (isDeleted(job) && job.id === job.owner)) return false;',
  },
  'plan-beside-the-ticket': {
    safeguard: 'what a request was planned as is kept beside its ticket',
    file: 'application/attempt/keep-ticket.ts',
    snippet: 'plan: boundedPlan(plan), ...raw }',
    replacement: '...raw }',
  },
  'plan-while-open': {
    safeguard: 'a closed entry of the ledger keeps no plan',
    file: 'domain/jobs/ledger.ts',
    snippet: "if (entry.plan === undefined || entry.outcome === 'started') return entry;",
    replacement: 'if (entry.number > 0) return entry;',
  },
  'words-of-a-tombstone': {
    safeguard: "the ledger of a deleted job keeps nobody's words",
    file: 'domain/jobs/attempt.ts',
    snippet: '  message: false,',
    replacement: '  message: true,',
  },
  'ledger-outlives-the-ttl': {
    safeguard: 'the ledger is kept whatever time to live the caller chose',
    file: 'domain/jobs/item-ttl.ts',
    snippet: 'const ledgerSeconds = 48 * 3600;',
    replacement: 'const ledgerSeconds = 0;',
  },
  'certain-refusals': {
    safeguard: 'a caller is told that nothing was accepted only where that is certain',
    file: 'application/submit/undo-submission.ts',
    snippet: '    throw uncertain(made, cause);\n  }\n}',
    replacement: '    throw unavailable(cause);\n  }\n}',
  },
  'undo-before-the-refusal': {
    safeguard: 'a submission whose outcome is unknown is undone before it is refused',
    file: 'application/submit/undo-submission.ts',
    snippet: 'const standing = cause instanceof WriteRefused ? undefined : await withdraw(dependencies, made, cause);',
    replacement: 'const standing = cause instanceof Error ? undefined : await withdraw(dependencies, made, cause);',
  },
  'blocked-keys': {
    safeguard: 'nothing is started for a key that was blocked meanwhile',
    file: 'application/process/stop-blocked-job.ts',
    snippet: "  if (standing === 'active') return undefined;",
    replacement: "  if (standing !== 'deleted') return undefined;",
  },
  'alone-after-a-crash': {
    safeguard: 'a job that has crashed a worker has no neighbours',
    file: 'application/process/process-job.ts',
    snippet: 'if (job.crashes === 0 || message.isAlone) {',
    replacement: 'if (job.crashes < 100 || message.isAlone) {',
  },
  'wait-within-the-function': {
    safeguard: 'an answer is held back no longer than its function has time for',
    file: 'http/request/prefer-wait.ts',
    snippet: 'const seconds = Math.floor(Math.min(askedSeconds, maxSeconds, leftSeconds));',
    replacement: 'const seconds = Math.floor(Math.max(askedSeconds, Math.min(maxSeconds, leftSeconds)));',
  },
  'spent-when-not-stored': {
    safeguard: 'images that were paid for and could not be stored allow one further request',
    file: 'domain/jobs/attempt.ts',
    snippet: "isUnknown(outcome) || outcome === 'not_stored';",
    replacement: 'isUnknown(outcome);',
  },
  'probe-before-asking-again': {
    safeguard: 'what could not be stored is asked for again only once the bucket takes something',
    file: 'application/attempt/run-attempt.ts',
    snippet: "  if (storeCheckAt !== undefined) return { next: 'wait', job, until: storeCheckAt };\n",
    replacement: '  void storeCheckAt;\n',
  },
  'waits-counted': {
    safeguard: 'nobody waits whose owner has as many waits as may be',
    file: 'application/serve/with-wait-slot.ts',
    snippet: '  return entered ?? false;',
    replacement: '  return entered !== undefined;',
  },
  'waits-given-back': {
    safeguard: 'a wait that is over takes no place',
    file: 'application/serve/with-wait-slot.ts',
    snippet: '  return () => leave(dependencies, planned, waitId);',
    replacement: '  return async () => void leave;',
  },
  'waits-of-functions': {
    safeguard: 'a wait counts for as long as its function may live',
    file: 'application/serve/wait-for-end.ts',
    snippet: '{ owner, jobId: job.id, until, functionEndsAt }',
    replacement: '{ owner, jobId: job.id, until, functionEndsAt: Math.min(until, functionEndsAt) }',
  },
  'waits-of-lost-functions': {
    safeguard: 'the wait of a function that was lost counts no longer than that could have lived',
    file: 'application/serve/with-wait-slot.ts',
    snippet: 'functionEndsAt + clockSkewSeconds * 1000;',
    replacement: 'functionEndsAt + clockSkewSeconds * 1e9;',
  },
  'waits-asked-briefly': {
    safeguard: 'no answer is late for the store of waits',
    file: 'application/serve/with-wait-slot.ts',
    snippet: 'await within(timers, milliseconds, asked).catch(',
    replacement: 'await within(timers, 100 * milliseconds, asked).catch(',
  },
  'unconfirmed-is-unknown': {
    safeguard: 'slow work that was given up counts as paid, unless its provider says that it has ended',
    file: 'application/attempt/give-up-ticket.ts',
    snippet: "    'unknown_outcome',\n    `The provider had not finished after",
    replacement: "    'called_off',\n    `The provider had not finished after",
  },
  'limit-of-open-jobs': {
    safeguard: 'room is given only while fewer jobs are open than may be',
    file: 'adapters/dynamo/usage/reserve-update.ts',
    snippet: ' AND size(#open) < :maxOpenJobs',
    replacement: '',
  },
  'limit-of-a-window': {
    safeguard: 'room is given only while a window has counted fewer than it may',
    file: 'adapters/dynamo/usage/reserve-update.ts',
    snippet: 'rateConditions(windows, limits.rateLimits)',
    replacement: 'rateConditions(windows, [])',
  },
  'one-room-a-submission': {
    safeguard: 'a submission that asks twice is counted once',
    file: 'adapters/dynamo/usage/reserve-update.ts',
    snippet: ' AND attribute_not_exists(#open.#nonce)',
    replacement: '',
  },
  'given-back': {
    safeguard: 'a submission of which nothing was accepted is counted no more',
    file: 'application/end/end-reservation.ts',
    snippet: 'usage.refund(owner, { nonce, at }, clock.now())',
    replacement: '(usage as any).settle(owner, { nonce, at }, []).finally(() => clock.now())',
  },
  'room-ends-with-the-job': {
    safeguard: 'whoever ends a job ends its reservation',
    file: 'application/end/apply-end.ts',
    snippet: '    await settleReservation(dependencies, applied.job);',
    replacement: '    void settleReservation;',
  },
  'sweep-of-orphans': {
    safeguard: 'the sweep gives back what was reserved for a job that never came to be',
    file: 'application/upkeep/sweep-usage.ts',
    snippet: 'if (own && !hasSpentAll(own)) return false;',
    replacement: 'if (own === undefined || !hasSpentAll(own)) return false;',
  },
  'room-of-open-jobs': {
    safeguard: 'the sweep leaves what is reserved for a job that is open',
    file: 'application/upkeep/sweep-usage.ts',
    snippet: 'if (own && !hasSpentAll(own)) return false;',
    replacement: 'if (own && !hasSpentAll(own) && own.id === owner) return false;',
  },
  ...moneySafeguards,
  ...synchronousSafeguards,
  ...answerSafeguards,
  ...inputSafeguards,
} as const satisfies Record<string, Mutant>;

/** All that can be left out of a simulation, each by the name that `--without` knows it by. */
export const mutants: Readonly<Record<string, Mutant>> = { ...mutations, ...safeguards };
