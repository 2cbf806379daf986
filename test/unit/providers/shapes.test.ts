import { describe, expect, it } from 'vitest';
import { type ImageParameters, operations } from '../../../lambda/domain/generation.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { inputImage } from '../../contract/providers/memory-call.ts';
import { everyEndpoint } from '../../contract/providers/recording-providers.ts';
import { pngBytes } from '../../support/image-bytes.ts';

const catalog = createCatalog(everyEndpoint);
const image = inputImage('inputs/a.png', pngBytes(100));
const wishes: readonly ImageParameters[] = [{ aspect_ratio: '16:9' }, { resolution: '2K' }, { size: '1536x1024' }];

const cases = catalog.models.flatMap((candidate) => {
  const row = catalog.specOf(candidate);
  const served = operations.filter((operation) => row && supportOf(row, operation, undefined) !== 'none');
  return served.flatMap((operation) => wishes.map((wish) => ({ ...candidate, operation, wish })));
});

describe('a wish for a shape', () => {
  it.each(cases)(
    'of $provider/$model on a $operation as $wish is met or warned of',
    ({ operation, wish, ...candidate }) => {
      const [param = ''] = Object.keys(wish);
      const images = operation === 'generation' ? [] : [image];
      const asked = { operation, prompt: 'a kite', n: 1, parameters: wish, extra: {} };
      const { request, warnings } = createPlanRequest(catalog.specOf)(candidate, asked, images, undefined);
      const { size, parameters } = request;
      const isAsked =
        size !== undefined || parameters.aspect_ratio !== undefined || parameters.resolution !== undefined;
      const said = warnings.filter((warning) => warning.param === param);
      const policy = catalog.specOf(candidate)?.parameters[param as keyof ImageParameters];
      expect(isAsked || said.some(({ code }) => code === 'param_dropped')).toBe(true);
      // Nobody says that a model doesn't take what its capabilities say it does.
      if (policy !== 'dropped') expect(said.filter(({ message }) => message.includes('does not take'))).toEqual([]);
    },
  );
});
