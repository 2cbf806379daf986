import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../../lambda/application/serve/get-job.ts';
import { listModels } from '../../../lambda/application/serve/list-models.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import { adminCaller } from '../../../lambda/domain/keys/caller.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createApiFixture, received, sampleCaller } from '../../support/api-fixture.ts';

const ann = adminCaller('ann');
const noWait = { until: 0, grantedSeconds: 0, functionEndsAt: 0 };

describe('adminCaller', () => {
  it('reads, cancels and deletes the job of any owner', async () => {
    const fixture = createApiFixture();
    await fixture.accept({ owner: 'vk_1' });
    const { id } = fixture.order;
    expect((await getJob(fixture, ann, 'generation', id, noWait)).job).toMatchObject({ id, owner: 'vk_1' });
    expect(await cancelJob(fixture, ann, 'generation', id)).toMatchObject({ status: 'cancelled', owner: 'vk_1' });
    await deleteJob(fixture, ann, 'generation', id);
    await expect(getJob(fixture, ann, 'generation', id, noWait)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('meets the same 404 as others where there is nothing to see', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    const { id } = fixture.order;
    await expect(cancelJob(fixture, ann, 'edit', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(deleteJob(fixture, ann, 'generation', 'none')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('submits for itself, by any model, and its jobs are seen by admins alone', async () => {
    const fixture = createApiFixture();
    const { job } = await submitJob(fixture.submitting, ann, 'request', received());
    expect(job.owner).toBe('admin:ann');
    const get = (caller: typeof ann) => getJob(fixture, caller, 'generation', job.id, noWait);
    for (const admin of [ann, adminCaller('bob')]) expect((await get(admin)).job.id).toBe(job.id);
    for (const owner of ['vk_1', 'ann', 'bob']) {
      await expect(get(sampleCaller({ owner }))).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('sees every model of the stage', () => {
    const catalog = createCatalog({ openai: { baseUrl: 'https://openai.example' } });
    expect(listModels(catalog, ann.providers)).toHaveLength(catalog.models.length);
  });
});
