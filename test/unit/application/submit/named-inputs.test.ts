import { describe, expect, it } from 'vitest';
import { inputKeys } from '../../../../lambda/application/inputs/input-keys.ts';
import { quoteSubmission } from '../../../../lambda/application/submit/quote-submission.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { StoredFile } from '../../../../lambda/domain/files/stored-file.ts';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import type { ReceivedImage, ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import type { PlanRequest } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { holedMask } from '../../../support/pictures.ts';
import { sampleFile } from '../../../support/sample-stored-file.ts';

const size = { width: 640, height: 480 };
const address = 'https://pictures.example/a.png?token=1';

function createNamedFixture() {
  const fixture = createApiFixture();
  const planned: (readonly InputImage[])[] = [];
  const plan: PlanRequest = (candidate, submission, images, mask) => {
    planned.push(mask ? [...images, mask] : images);
    return { ...fixture.submitting.plan(candidate, submission, images, mask), quote: { worst: 9, likely: 9 } };
  };
  const own = { ...fixture.submitting, plan };
  /** Uploads a file of the caller's. */
  async function upload(bytes: Uint8Array, over: Partial<StoredFile> = {}): Promise<StoredFile> {
    const file = sampleFile({ bytes: bytes.length, ...over });
    await fixture.files.keep(file, { files: 100, bytes: 1e9 }, fixture.clock.now());
    await fixture.images.put(file.key, bytes, 'image/png');
    return file;
  }
  const submit = (what: ReceivedSubmission, over: Partial<typeof own> = {}) =>
    submitJob({ ...own, ...over }, sampleCaller(), 'request-1', what);
  const inputs = () => [...fixture.images.objects.keys()].filter((key) => key.startsWith('inputs/'));
  return { ...fixture, own, planned, upload, submit, inputs };
}

const edit = (images: readonly ReceivedImage[], over: Partial<ReceivedSubmission> = {}) =>
  received({
    submission: { operation: 'edit', prompt: 'a boat', n: 1, parameters: {}, extra: {} },
    images,
    ...over,
  });
const named = ({ id: fileId }: StoredFile, param = 'image'): ReceivedImage => ({ param, fileId });

describe('submitJob, with files', () => {
  it('copies them to the job’s inputs, in order among images that came as bytes, one of them twice', async () => {
    const { upload, submit, images } = createNamedFixture();
    const [first, second] = [await upload(pngBytes(700)), await upload(pngBytes(800))];
    const bytes = { param: 'image[]', bytes: pngBytes(100) };
    const { job } = await submit(edit([named(first), bytes, named(second, 'image[]'), named(first)]));
    const prefix = `inputs/r2/${job.submissionNonce}`;
    expect(job.images.map(({ key, bytes: length, type }) => [key, length, type])).toEqual([
      [`${prefix}/image-1.png`, 700, 'png'],
      [`${prefix}/image-2.png`, 100, 'png'],
      [`${prefix}/image-3.png`, 800, 'png'],
      [`${prefix}/image-4.png`, 700, 'png'],
    ]);
    expect(job.images.map(({ sha256 }) => sha256 !== undefined)).toEqual([false, true, false, false]);
    for (const { key, bytes: length } of job.images) expect(images.objects.get(key)?.bytes).toHaveLength(length);
    expect(job).not.toHaveProperty('addresses');
  });

  it('looks at a file that is named twice once, and at no more than four files at a time', async () => {
    const { upload, submit, own } = createNamedFixture();
    const files = await Promise.all(Array.from({ length: 15 }, (_, at) => upload(pngBytes(500 + at))));
    const asked: string[] = [];
    let [underWay, most] = [0, 0];
    const fileReads: typeof own.fileReads = {
      ...own.fileReads,
      async inspect(key) {
        asked.push(key);
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return own.fileReads.inspect(key);
      },
    };
    const [first = files[0] as StoredFile] = files;
    await submit(edit([...files, first].map((file) => named(file))), { fileReads });
    expect(asked.toSorted()).toEqual(files.map(({ key }) => key).toSorted());
    expect(most).toBe(4);
  });

  it('takes one for a mask, and refuses one that leaves nothing to edit', async () => {
    const { upload, submit, inputs } = createNamedFixture();
    const image = await upload(pngBytes(700));
    const hole = await upload(await holedMask(size, { left: 0, top: 0, width: 1, height: 1 }));
    const { job } = await submit(edit([named(image)], { mask: named(hole, 'mask') }));
    expect(job.mask).toMatchObject({ ...size, type: 'png', bytes: hole.bytes });
    expect(inputs()).toHaveLength(2);
    const opaque = await upload(await holedMask(size, { left: 0, top: 0, width: 0, height: 0 }));
    await expect(submit(edit([named(image)], { mask: named(opaque, 'mask') }))).rejects.toMatchObject({
      code: 'invalid_image',
      param: 'mask',
      message: expect.stringContaining(opaque.id),
    });
    const other = await upload(pngBytes(700, { width: 64, height: 48 }));
    await expect(submit(edit([named(image)], { mask: named(other, 'mask') }))).rejects.toMatchObject({ param: 'mask' });
    expect(inputs()).toHaveLength(2);
  });

  it.each([
    ['changed', 'invalid_image', 'Send the request again'],
    ['gone', 'invalid_value', 'Upload it again'],
  ] as const)('undoes all of a submission whose file has %s since it was inspected', async (outcome, code, message) => {
    const { upload, submit, inputs, jobs, queue, usage, own } = createNamedFixture();
    const [kept, moved] = [await upload(pngBytes(700)), await upload(pngBytes(800))];
    const fileReads: typeof own.fileReads = {
      ...own.fileReads,
      copy: (from, ...rest) => (from === moved.key ? Promise.resolve(outcome) : own.fileReads.copy(from, ...rest)),
    };
    const refused = submit(edit([named(kept), named(moved, 'image[]')], { idempotencyKey: 'k' }), { fileReads });
    await expect(refused).rejects.toMatchObject({ code, param: 'image[]', message: expect.stringContaining(message) });
    await expect(refused).rejects.toThrow(moved.id);
    expect([inputs(), jobs.records(), queue.sent]).toEqual([[], [], []]);
    expect((await usage.find('vk_1'))?.open).toEqual([]);
  });

  it('undoes all where one could not be copied', async () => {
    const { upload, submit, inputs, own } = createNamedFixture();
    const [kept, other] = [await upload(pngBytes(700)), await upload(pngBytes(800))];
    const fileReads: typeof own.fileReads = {
      ...own.fileReads,
      copy: (from, ...rest) =>
        from === other.key ? Promise.reject(new Error('503')) : own.fileReads.copy(from, ...rest),
    };
    await expect(submit(edit([named(kept), named(other)]), { fileReads })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(inputs()).toEqual([]);
  });

  it('knows a submission again by the file’s id, without a look at the file', async () => {
    const { upload, submit, files, images, own } = createNamedFixture();
    const [file, twin] = [await upload(pngBytes(700)), await upload(pngBytes(700))];
    const what = edit([named(file)], { idempotencyKey: 'k' });
    const { job } = await submit(what);
    await expect(submit({ ...what, images: [named(twin)] })).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    const bytes = [{ param: 'image', bytes: pngBytes(700) }];
    await expect(submit({ ...what, images: bytes })).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    await files.remove(file, own.clock.now());
    await images.remove([file.key]);
    const look = () => Promise.reject(new Error('It was looked at.'));
    const fileReads = { ...own.fileReads, inspect: look };
    expect(await submit(what, { fileReads, files: { find: look } })).toMatchObject({
      replayed: true,
      job: { id: job.id },
    });
  });

  it('has one known answer for equal bytes, in whichever files or none, and another for other bytes', async () => {
    const { upload, submit } = createNamedFixture();
    const cache = { key: 'k', ttlSeconds: 60, store: true };
    const idOf = async (image: ReceivedImage, mask?: ReceivedImage) =>
      (await submit(edit([image], { cache, ...(mask ? { mask } : {}) }))).job.cache?.id;
    const id = await idOf(named(await upload(pngBytes(700))));
    expect(id).toBeDefined();
    expect(await idOf(named(await upload(pngBytes(700))))).toBe(id);
    expect(await idOf({ param: 'image', bytes: pngBytes(700) })).toBe(id);
    expect(await idOf(named(await upload(pngBytes(701))))).not.toBe(id);
    expect(await idOf({ param: 'image', bytes: pngBytes(701) })).not.toBe(id);
    const hole = await holedMask(size, { left: 0, top: 0, width: 1, height: 1 });
    const masked = await idOf({ param: 'image', bytes: pngBytes(700) }, named(await upload(hole), 'mask'));
    expect(masked).not.toBe(id);
    expect(await idOf(named(await upload(pngBytes(700))), { param: 'mask', bytes: hole })).toBe(masked);
  });

  it('takes the checksums of bytes for the cache alone', async () => {
    const { submit } = createNamedFixture();
    const md5 = (): never => {
      throw new Error('It was taken.');
    };
    const bytes = [{ param: 'image', bytes: pngBytes(700) }];
    expect((await submit(edit(bytes, { idempotencyKey: 'k' }), { md5 })).job.cache).toBeUndefined();
    await expect(submit(edit(bytes, { cache: { key: 'k', ttlSeconds: 60, store: true } }), { md5 })).rejects.toThrow();
  });
});

describe('submitJob, with addresses', () => {
  const addressed = { param: 'image[]', address };

  it('leaves them to be fetched, and keeps the order of all inputs', async () => {
    const { upload, submit, images, inputs, planned } = createNamedFixture();
    const file = await upload(pngBytes(700));
    const mask = { param: 'mask', address };
    const { job } = await submit(edit([named(file), addressed, { param: 'image', bytes: pngBytes(100) }], { mask }));
    const prefix = `inputs/r2/${job.submissionNonce}`;
    const key = `${prefix}/addresses.json`;
    const keysWithoutExtension = [`${prefix}/image-2`, `${prefix}/mask`];
    expect(job.addresses).toEqual({ key, keysWithoutExtension, isFetched: false });
    expect(job.images.map((image) => image.key)).toEqual([`${prefix}/image-1.png`, `${prefix}/image-3.png`]);
    expect(job).not.toHaveProperty('mask');
    const [first, third] = job.images;
    expect(await images.findJson(key)).toEqual({
      images: [first, { ...addressed, keyWithoutExtension: `${prefix}/image-2` }, third],
      mask: { ...mask, keyWithoutExtension: `${prefix}/mask` },
    });
    expect(inputs().toSorted()).toEqual([key, `${prefix}/image-1.png`, `${prefix}/image-3.png`]);
    const assumed = { isAssumed: true, bytes: 0 };
    expect(planned.at(-1)).toMatchObject([
      { bytes: 700 },
      { ...assumed, width: 1024, height: 1024, type: 'jpeg', hasAlpha: false },
      { bytes: 100 },
      { ...assumed, ...size, type: 'png', hasAlpha: true },
    ]);
    for (const stored of inputs()) expect(inputKeys(job)).toContain(stored);
  });

  it.each([
    ['http://pictures.example/a.png', 'https'],
    ['https://127.0.0.1/a.png', 'public'],
    ['https://user:secret@pictures.example/a.png', 'credentials'],
    ['https://pictures.example:8443/a.png', '443'],
    [`https://pictures.example/${'a'.repeat(2048)}`, '2048'],
  ])('refuses %.60s', async (wrong, message) => {
    const { submit, inputs, jobs } = createNamedFixture();
    for (const what of [
      edit([{ param: 'image', address: wrong }]),
      edit([{ param: 'image', bytes: pngBytes(100) }], { mask: { param: 'mask', address: wrong } }),
    ]) {
      const { mask = what.images[0] } = what;
      const refusal = { code: 'invalid_value', param: mask?.param, message: expect.stringContaining(message) };
      await expect(submit(what)).rejects.toMatchObject(refusal);
    }
    expect([inputs(), jobs.records()]).toEqual([[], []]);
  });

  it('undoes all where the order of the inputs could not be stored', async () => {
    const { submit, images, inputs, jobs } = createNamedFixture();
    const putJson = () => Promise.reject(new Error('503'));
    const what = edit([addressed, { param: 'image', bytes: pngBytes(100) }]);
    await expect(submit(what, { images: { ...images, putJson } })).rejects.toMatchObject({ code: 'unavailable' });
    expect([inputs(), jobs.records()]).toEqual([[], []]);
  });

  it('takes no part in the cache, and says so', async () => {
    const { submit } = createNamedFixture();
    const cache = { key: 'k', ttlSeconds: 60, store: true };
    for (const what of [
      edit([addressed], { cache }),
      edit([{ param: 'image', bytes: pngBytes(100) }], { cache, mask: addressed }),
    ]) {
      const { job } = await submit(what);
      expect(job).not.toHaveProperty('cache');
      expect(job.warnings).toMatchObject([{ code: 'cache_ignored', param: 'image[]' }]);
    }
    expect((await submit(edit([addressed]))).job.warnings).toEqual([]);
  });

  it('knows a submission again by the address', async () => {
    const { submit } = createNamedFixture();
    const what = edit([addressed], { idempotencyKey: 'k' });
    const { job } = await submit(what);
    expect(await submit(what)).toMatchObject({ replayed: true, job: { id: job.id } });
    const other = { ...what, images: [{ ...addressed, address: `${address}2` }] };
    await expect(submit(other)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  });
});

describe('quoteSubmission, with files and addresses', () => {
  it('prices a file by what it is, and says what it assumes of an address', async () => {
    const { upload, own, planned } = createNamedFixture();
    const file = await upload(pngBytes(700));
    const addressed = { param: 'image[]', address };
    const { warnings } = await quoteSubmission(own, sampleCaller(), edit([named(file), addressed]));
    expect(warnings).toMatchObject([{ code: 'image_assumed', param: 'image[]' }]);
    expect(warnings[0]?.message).toContain('1024x1024');
    expect(planned.at(-1)).toMatchObject([size, { isAssumed: true }]);
  });

  it('is refused as the submission would be, and is of the caller’s own files', async () => {
    const { upload, own } = createNamedFixture();
    const file = await upload(pngBytes(700));
    const quote = (image: ReceivedImage, owner = 'vk_1') =>
      quoteSubmission(own, sampleCaller({ owner }), edit([image]));
    await expect(quote(named(file), 'vk_2')).rejects.toMatchObject({ code: 'invalid_value', param: 'image' });
    await expect(quote({ param: 'image', address: 'http://a.example' })).rejects.toMatchObject({ param: 'image' });
  });
});
