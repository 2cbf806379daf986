import { expect, it } from 'vitest';
import { failurePolicies } from '../../../lambda/domain/failure.ts';
import { signalOnce } from '../../support/signal-once.ts';
import { type ProviderFixture, submission } from './provider-fixture.ts';
import { freePort } from './scripted-provider.ts';
import { vendorFailures } from './vendor-failures.ts';

/** What every adapter promises of a provider that fails. */
export function promiseFailures({ subject, startFailing, simulator, plan, submits }: ProviderFixture): void {
  const failures = vendorFailures.filter(
    ({ inJsonOnly, inImagesOnly }) =>
      !(inJsonOnly && subject.answersWithBytes) && !(inImagesOnly && subject.answersWithAddresses),
  );
  it.each(failures)('knows $name for what it is', async ({ fault, kind, statusCode }) => {
    simulator().faults.add(fault);
    const { failure } = await startFailing(plan(submission()));
    const billed = kind === 'refused' && subject.refusesFree ? 'no' : failurePolicies[kind].billed;
    expect(failure).toMatchObject({ kind, billed });
    const expected = statusCode === 'success' ? (subject.successStatus ?? 200) : statusCode;
    if (expected !== undefined) expect(failure.statusCode).toBe(expected);
    expect(failure.message).not.toBe('');
    expect(submits()).toHaveLength(1);
  });

  it('passes on how long a rate limit lasts, and whom it shuts out', async () => {
    simulator().faults.add({ kind: 'status', status: 429, retryAfter: 7 });
    const { failure } = await startFailing(plan(submission()));
    expect(failure).toMatchObject({ retryAfterSeconds: 7, limitIs: subject.rateLimitIs ?? 'model' });
  });

  it('takes a forbidden model for no reason to spare the key', async () => {
    simulator().faults.add({ kind: 'status', status: 403 });
    expect((await startFailing(plan(submission()))).failure.limitIs).toBe('model');
  });

  it('gives a silent provider up at the signal, not knowing the outcome', async () => {
    simulator().faults.add({ kind: 'hang', charged: true });
    const signal = signalOnce(() => submits().length > 0);
    const { failure } = await startFailing(plan(submission()), { signal });
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
  });

  it('takes a provider that nobody can connect to for overloaded', async () => {
    const { failure } = await startFailing(plan(submission()), {}, `http://127.0.0.1:${await freePort()}/v1`);
    expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no' });
  });
}
