import { expect, it } from 'vitest';
import { roleCredentials } from '../../support/aws-signing.ts';
import { inputImage, type MemoryCall, sha256 } from './memory-call.ts';
import { type ProviderFixture, submission } from './provider-fixture.ts';

const captured = (call: MemoryCall): string => JSON.stringify([call.rawRequests, call.rawResponses]);

/** Credentials as the simulator's ledger keeps them. */
const prints = (credentials: ReadonlySet<string>): readonly (string | undefined)[] =>
  [...credentials].map((each) => sha256(Buffer.from(each)).slice(0, 12));

/** What every adapter promises of the key, and of what it shows of its requests. */
export function promiseRecords(fixture: ProviderFixture): void {
  const { subject, sentTo, shown, key, start, startFailing, simulator, photo, serves, plan, submits } = fixture;

  it('sends what lets it in to the configured origin alone, and shows it nowhere', async () => {
    const { call } = await start(plan(submission()));
    const [credential = ''] = [...shown].slice(-1);
    expect(credential).not.toBe('');
    simulator().faults.add({ kind: 'status', status: 401, message: `Incorrect key: ${credential}. Not ${key()}.` });
    const failed = await startFailing(plan(submission()));
    expect(submits()).toHaveLength(2);
    expect(submits().every(({ authorization }) => prints(shown).includes(authorization))).toBe(true);
    expect(sentTo.every((url) => url.startsWith(`${simulator().baseUrl(subject.name)}/`))).toBe(true);
    const told = [captured(call), captured(failed.call), failed.failure.message, String(failed.failure.cause)].join(
      '\n',
    );
    const { secretAccessKey, sessionToken } = roleCredentials;
    const secrets = [...shown, ...key().split('\\n'), secretAccessKey, sessionToken].filter((each) => each !== '');
    for (const secret of secrets) expect(told).not.toContain(secret);
  });

  it('keeps what was sent and answered, without the bytes of images', async () => {
    const inputs = new Map([['photo', photo()]]);
    const operation = serves('edit') ? 'edit' : 'generation';
    const images = operation === 'edit' ? [inputImage('photo', photo())] : [];
    const { call } = await start(plan(submission({ operation }), images), { inputs });
    expect(call.rawRequests).toHaveLength(1);
    expect(call.rawResponses.length).toBeGreaterThan(0);
    expect(captured(call)).toContain('a lighthouse in the fog');
    expect(captured(call).length).toBeLessThan(5_000);
    if (operation === 'edit') expect(captured(call)).toContain(sha256(photo()));
  });

  it('keeps what a failure said', async () => {
    simulator().faults.add({ kind: 'status', status: 400, message: 'The prompt is too odd.' });
    const { failure, call } = await startFailing(plan(submission()));
    expect(failure.message).toBe('The prompt is too odd.');
    expect(captured(call)).toContain('The prompt is too odd.');
  });
}
