/**
 * fal's synchronous host, `fal.run`: the endpoints of the queue, whose output is the answer itself. Sources:
 * fal.ai/docs (model APIs: synchronous requests), fal-ai/fal-js `libs/client/src/client.ts` (`run`).
 */
import { refusePlan } from './detail-errors.ts';
import { drawImage } from './draw.ts';
import { billOf } from './fal-bill.ts';
import { answerOf, falFamily, flagged, hosted } from './fal-family.ts';
import { checkFal, describeFal, endpointPaths, isRefusal } from './fal-request.ts';
import type { VendorWire, WireRoute } from './vendor-wire.ts';

const runAt = (path: string): WireRoute => ({
  method: 'POST',
  path,
  operation: 'generation',
  describe: describeFal,
  plan: async (request, vendor) => {
    const drawings = await checkFal(request);
    if (isRefusal(drawings)) return refusePlan(drawings);
    const [first] = drawings;
    const { charge, headers } = await billOf(request, drawings);
    const made = {
      model: request.path.slice(1),
      prompt: first?.prompt ?? '',
      format: first?.format ?? 'jpeg',
    } as const;
    return {
      kind: 'make',
      charge,
      prompt: made.prompt,
      images: drawings.map((drawing) => () => drawImage(drawing)),
      answer: async (images) => answerOf(made, await hosted(images, made.format, vendor), headers),
      refusal: async () => flagged(),
    };
  },
});

export const falRun: VendorWire = { name: 'fal-run', basePath: '', routes: endpointPaths.map(runAt), ...falFamily };
