import type { Mutant } from './mutant.ts';

/** Safeguards of the synchronous door, each by the name that `--without` knows it by. */
export const synchronousSafeguards = {
  'born-claimed': {
    safeguard: 'the job of a synchronous request is born claimed, so that no twin wakes a worker for it',
    file: 'domain/jobs/job.ts',
    snippet: "  ...acceptedJob(order),\n  status: 'processing',\n  claim: 1,\n  leaseHeld: 1,\n  leaseUntil,\n",
    replacement: '  ...acceptedJob(order),\n  ...(leaseUntil < 0 ? { leaseUntil } : {}),\n',
  },
  'lease-in-the-request': {
    safeguard: 'the lease of a job that is carried in a request is renewed as is that of a worker',
    file: 'application/process/with-lease.ts',
    snippet: 'new Heartbeat(dependencies, job, message);',
    replacement:
      'new Heartbeat(\n    message ? dependencies : { ...dependencies, settings: { leaseSeconds: 120, heartbeatSeconds: 1e6 } },\n    job,\n    message,\n  );',
  },
  'one-carrier-a-job': {
    safeguard: 'a synchronous request works only on the job that it has made itself',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: 'const isOwn = isOpen(job) && job.submissionNonce === born?.submissionNonce && job.claim === born.claim;',
    replacement: 'const isOwn = job.submissionNonce !== born?.requestId;',
  },
  'durable-before-work': {
    safeguard: 'nothing is told or begun of a job before it is durable',
    file: 'application/submit/accept-submission.ts',
    snippet: '  if (failed) return undo(dependencies, born, failed.reason);\n',
    replacement: '  if (failed && born.hop < 0) return undo(dependencies, born, failed.reason);\n',
  },
  'twins-wait': {
    safeguard: 'whoever is told that a job goes on has waited until its answer was due',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: 'isOpen(latest) ? await pollUntil(dependencies, latest, answerUntil) : latest',
    replacement: 'answerUntil < 0 && isOpen(latest) ? await pollUntil(dependencies, latest, answerUntil) : latest',
  },
  'answers-by-the-limit': {
    safeguard: 'a synchronous answer waits for no work beyond its limit',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: 'await within(timers, Math.max(0, answerUntil - clock.now()), work)',
    replacement: 'await within(timers, 1e6 + Math.max(0, answerUntil - clock.now()), work)',
  },
  'work-beyond-the-answer': {
    safeguard: 'the limit ends the answer, and not the work',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: 'const settled = Promise.allSettled([work, outcome]);',
    replacement: 'const settled = Promise.allSettled([outcome]);',
  },
  'nothing-starts-late': {
    safeguard: 'a synchronous request starts nothing once its answer was due',
    file: 'application/synchronous/work-in-request.ts',
    snippet: 'mayStart: () => clock.now() < answerUntil,',
    replacement: 'mayStart: () => clock.now() < answerUntil + 1e6,',
  },
  'synchronous-slots-given-back': {
    safeguard: 'a synchronous request that is over takes no place',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: 'const [worked] = await settled;\n      await slot.leave();',
    replacement: 'const [worked] = await settled;',
  },
  'synchronous-slots-first': {
    safeguard: 'a synchronous request is accepted only where its owner has a place left',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: '    admit: (order) => slot.take(order),\n',
    replacement: '    admit: () => undefined,\n',
  },
  'twins-take-slots': {
    safeguard: 'a twin that waits takes a place like the request that works',
    file: 'application/synchronous/run-synchronously.ts',
    snippet: '    if (!isOwn) await slot.take(job, job);\n',
    replacement: '',
  },
  'ended-by-the-row': {
    safeguard: 'a synchronous answer tells of an end that is written down',
    file: 'application/attempt/finish-job.ts',
    snippet: "    throw new JobLost('The job has ended or is worked on by another.');\n",
    replacement: '    return { ...job, ...complete(job, winning, result, clock.now()).change.set } as any;\n',
  },
  'own-key-in-hand': {
    safeguard: "a caller's key takes the place of the stage's",
    file: 'application/synchronous/work-in-request.ts',
    snippet: 'providerKey ? withCallerKey(stage, job, providerKey.apiKey) : stage;',
    replacement: 'withCallerKey && stage;',
  },
  'only-closed-without-the-key': {
    safeguard: "a worker only closes a job with its caller's key",
    file: 'application/process/process-job.ts',
    snippet: "if (job.credential === 'caller')",
    replacement: "if (job.credential === ('nobody' as string))",
  },
  'no-substitute-for-the-key': {
    safeguard: "no key of the stage's polls or cancels a task that a caller's key began",
    file: 'domain/rate-limiter/provider-key.ts',
    snippet: '(attempt.keyDigest === callerKeyDigest ? undefined : keys[0])',
    replacement: 'keys[0]',
  },
  'no-sleep-without-the-key': {
    safeguard: "a job with its caller's key ends rather than sleep",
    file: 'application/process/advance-job.ts',
    snippet: "if (job.credential === 'caller') {",
    replacement: "if (job.credential === ('nobody' as string)) {",
  },
} as const satisfies Record<string, Mutant>;
