import { describe, expect, it } from 'vitest';
import type { Operation, Submission } from '../../../lambda/domain/generation.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { sentAsRole } from '../../support/aws-signing.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { inputImage, memoryCall } from './memory-call.ts';
import { credentials, everyEndpoint, recordingClient } from './recording-providers.ts';

const catalog = createCatalog(everyEndpoint);
const client = recordingClient();
const providers = await createProviders(everyEndpoint, client.send, { sendAsRole: sentAsRole(client.send) });
const inputs = new Map([['photo', pngBytes(3_000)]]);
const photo = inputImage('photo', pngBytes(3_000));

const works = catalog.models.flatMap((candidate) => {
  const row = catalog.specOf(candidate);
  const served = (['generation', 'edit'] as const).filter(
    (operation) => row && supportOf(row, operation, undefined) !== 'none',
  );
  const isGptImage = row?.isGptImage === true;
  return served.map((operation) => ({
    title: `${candidate.provider}/${candidate.model} ${operation}`,
    ...{ candidate, operation, isGptImage },
  }));
});

describe('what is sent for somebody who watches', () => {
  it.each(works)('asks for a stream where the row says that the model has one: $title', async (work) => {
    const { candidate, operation, isGptImage } = work;
    for (const [n, partials, streams] of [
      [1, 2, isGptImage],
      [1, 0, false],
      [2, 2, false],
    ] as const) {
      const text = await sent(candidate, operation, n, partials);
      expect(text).toContain('provider.example');
      expect({ n, partials, streams: text.includes('partial_images') }).toEqual({ n, partials, streams });
      expect(text.includes('stream')).toBe(streams);
    }
  });
});

describe('the policy of `partial_images`', () => {
  it.each(catalog.models)(
    'says that it is sent where the row says that the model has streams: $provider/$model',
    (candidate) => {
      const row = catalog.specOf(candidate);
      expect(row?.parameters.partial_images).toBe(row?.isGptImage ? 'sent' : 'dropped');
    },
  );
});

async function sent(
  candidate: (typeof works)[number]['candidate'],
  operation: Operation,
  n: number,
  partials: number,
): Promise<string> {
  const submission: Submission = { operation, prompt: 'a boat', n, parameters: {}, extra: {} };
  const images = operation === 'edit' ? [photo] : [];
  const { request } = createPlanRequest(catalog.specOf)(candidate, submission, images, undefined);
  const apiKey = credentials[candidate.provider];
  const call = memoryCall({ inputs, partials, ...(apiKey === undefined ? {} : { apiKey }) });
  client.taken();
  await providers(candidate.provider).start(request, call);
  expect(call.shownPartials).toEqual([]);
  return client.taken();
}
