import { describe, expect, it } from 'vitest';
import { removeAnswer } from '../../../../lambda/application/answers/remove-answer.ts';
import { deleteAnswer } from '../../../../lambda/application/serve/delete-answer.ts';
import type { KnownAnswer } from '../../../../lambda/domain/answers/known-answer.ts';
import { createApiFixture } from '../../../support/api-fixture.ts';

const id = '5b0f1c9a-3d57-8e21-9c44-0a7d6e2f8b13';
const key = 'cache/r2/nonce/0.png';
const image = { key, type: 'png', width: 1, height: 1, hasAlpha: false, bytes: 3 } as const;
const led = { id, owner: 'vk_1', leader: 'job', nonce: 'nonce' };
const owner = { owner: 'vk_1', isAdmin: false };

async function createFixture() {
  const fixture = createApiFixture();
  await fixture.answers.lead({ ...led, state: 'leading', deadlineAt: 0 }, undefined);
  const result = { images: [image], provider: 'openai', model: 'good', latency: 1, warnings: [] };
  const publish = async () => {
    await fixture.images.put(key, new Uint8Array(3), 'image/png');
    await fixture.answers.publish({ ...led, state: 'full', result, expiresAt: fixture.clock.now() });
  };
  return { ...fixture, publish };
}

describe('deleteAnswer', () => {
  it('removes an entry with its images, also one that has expired', async () => {
    const fixture = await createFixture();
    await fixture.publish();
    await deleteAnswer(fixture, owner, id);
    expect([fixture.answers.entries.size, fixture.images.objects.size]).toEqual([0, 0]);
    expect(fixture.codes()).toContain('answer_deleted');
    await expect(deleteAnswer(fixture, owner, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is one and the same 404 for what there is not and for what is another owner’s, but not to an admin', async () => {
    const fixture = await createFixture();
    await fixture.publish();
    const refusals = await Promise.all(
      [id, id.replace('5', '6'), 'none'].map((each) =>
        deleteAnswer(fixture, { owner: 'vk_2', isAdmin: false }, each).catch((error: unknown) => String(error)),
      ),
    );
    expect(new Set(refusals).size).toBe(1);
    await deleteAnswer(fixture, { owner: 'admin:ann', isAdmin: true }, id);
    expect(fixture.answers.entries.size).toBe(0);
  });

  it('knows no answer of a leader that is still at work, so that those that wait go on waiting', async () => {
    const fixture = await createFixture();
    await expect(deleteAnswer(fixture, owner, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(fixture.answers.entries.size).toBe(1);
  });

  it('leaves no image where the entry is filled while a purge removes it', async () => {
    const fixture = await createFixture();
    let looks = 0;
    const find = async (each: string): Promise<KnownAnswer | undefined> => {
      const seen = await fixture.answers.find(each);
      looks += 1;
      if (looks === 1) await fixture.publish();
      return seen;
    };
    await removeAnswer({ ...fixture, answers: { ...fixture.answers, find } }, id, () => true);
    expect([looks, fixture.answers.entries.size, fixture.images.objects.size]).toEqual([2, 0, 0]);
  });

  it('keeps an entry whose images can not be removed, to be deleted again', async () => {
    const fixture = await createFixture();
    await fixture.publish();
    const images = { remove: () => Promise.reject(new Error('The bucket is down.')) };
    await expect(deleteAnswer({ ...fixture, images }, owner, id)).rejects.toThrow('down');
    expect(fixture.answers.entries.size).toBe(1);
  });
});
