import { describe, expect, it } from 'vitest';
import { keepFile } from '../../../../lambda/application/files/keep-file.ts';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import { createFileFixture } from '../../../support/file-fixture.ts';
import { sampleFile } from '../../../support/sample-stored-file.ts';

/** A fixture whose owner has as many files as there may be, some of which were never uploaded. */
async function full(awaited: number) {
  const fixture = createFileFixture();
  const now = fixture.clock.now();
  const file = (at: number) => ({ createdAt: now, ...(at < awaited ? { state: 'awaited' as const } : {}) });
  const files = [0, 1, 2].map((at) => sampleFile(file(at)));
  for (const each of files) await keepFile(fixture, each, 'file');
  return { ...fixture, kept: files, file: sampleFile({ createdAt: now }) };
}

const refusalOf = (call: Promise<void>): Promise<GatewayError | undefined> =>
  call.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof GatewayError) return error;
      throw error;
    },
  );

describe(keepFile, () => {
  it('refuses one file too many until the next expires, which a client need not try before', async () => {
    const fixture = await full(0);
    fixture.clock.advance(60);
    const refusal = await refusalOf(keepFile(fixture, fixture.file, 'file'));
    expect(refusal).toMatchObject({ code: 'rate_limited', param: 'max_files', mayRetry: false });
    expect(refusal?.retryAfterSeconds).toBe(86_400 - 60);
    expect(refusal?.message).toContain('its limit of 3 files');
    expect(fixture.events).toEqual([{ code: 'file_limit_reached', fields: { owner: 'vk_1', by: 'files', bytes: 9 } }]);
    fixture.clock.advance(86_400 - 60);
    expect(await refusalOf(keepFile(fixture, fixture.file, 'file'))).toBeUndefined();
  });

  it('says when a form ends whose file was not uploaded, if no file expires before', async () => {
    const fixture = await full(1);
    const refusal = await refusalOf(keepFile(fixture, fixture.file, 'file'));
    expect(refusal?.retryAfterSeconds).toBe(900 + 600);
    expect(refusal?.message).toContain(
      'Delete files, or wait until one expires. An announced file keeps its room until 25 minutes after its announcement, even if it is deleted.',
    );
  });

  it('refuses bytes that have no room, and names that limit', async () => {
    const fixture = createFileFixture();
    await keepFile(fixture, sampleFile({ bytes: 600 }), 'bytes');
    const refusal = await refusalOf(keepFile(fixture, sampleFile({ bytes: 401 }), 'bytes'));
    expect(refusal).toMatchObject({ code: 'rate_limited', param: 'max_file_bytes' });
    expect(refusal?.message).toContain('its limit of 1,000 bytes of files');
  });

  it('refuses what would never have room as a wrong value', async () => {
    const refusal = await refusalOf(keepFile(createFileFixture(), sampleFile({ bytes: 1001 }), 'bytes'));
    expect(refusal).toMatchObject({ code: 'invalid_value', param: 'bytes' });
  });

  it('makes room of files that were announced and not uploaded in time, and of no others', async () => {
    const fixture = await full(2);
    const [abandoned, uploaded, direct] = fixture.kept;
    fixture.objects.set(uploaded?.key ?? '', new Uint8Array(9));
    fixture.clock.advance(1499);
    expect(await refusalOf(keepFile(fixture, fixture.file, 'file'))).toMatchObject({ param: 'max_files' });
    fixture.clock.advance(1);
    expect(await refusalOf(keepFile(fixture, fixture.file, 'file'))).toBeUndefined();
    expect([...fixture.files.files.keys()]).toEqual([uploaded?.id, direct?.id, fixture.file.id]);
    expect(await fixture.files.find('vk_1', uploaded?.id ?? '')).toMatchObject({ state: 'uploaded' });
    expect(fixture.files.files.has(abandoned?.id ?? '')).toBe(false);
  });
});
