import { expect, it } from 'vitest';
import { createConvertImages } from '../../../lambda/adapters/images/convert-images.ts';
import { prepareRequest } from '../../../lambda/application/attempt/prepare-request.ts';
import type { Candidate, ImageParameters, Submission } from '../../../lambda/domain/generation.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { type Box, differences, gradient, holedMask, pixelsOf, readMask } from '../../support/pictures.ts';
import { inputImage, sha256 } from './memory-call.ts';
import { type ProviderFixture, submission } from './provider-fixture.ts';

/** A size that every model takes, and makes. */
const size = { width: 1024, height: 1024 } as const;
const hole: Box = { left: 300, top: 200, width: 400, height: 300 };
/** With these the picture has a size that every model makes, so that none has to scale it. */
const margins = { left: 156, right: 356 } as const;

/** What a mask of each form holds where it is to be edited, and elsewhere. */
const maskForms = {
  alpha: { channels: 4, inside: [0], outside: [255] },
  white: { channels: 1, inside: [255], outside: [0] },
  black: { channels: 1, inside: [0], outside: [255] },
  none: {},
} as const satisfies Record<ModelSpec['mask'], object>;

/** What every adapter promises of edits that are placed by a mask, or by how far an image is extended. */
export function promisePlacedEdits({ catalog, start, simulator }: ProviderFixture): void {
  const serving = (editType: 'inpainting' | 'outpainting') =>
    catalog.models.flatMap((candidate) => {
      const row = catalog.specOf(candidate);
      return row && supportOf(row, 'edit', editType) !== 'none' ? [{ model: candidate.model, candidate, row }] : [];
    });
  it.each(serving('inpainting'))(
    'edits inside a mask alone with $model, which gets it in its own form',
    async (each) => {
      const [photo, mask] = await Promise.all([gradient(size), holedMask(size, hole)]);
      const asked = submission({ operation: 'edit', editType: 'inpainting', parameters: lossless(each.row) });
      const { request, sent, made } = await carryOut(each.candidate, asked, { photo, mask });
      const sentMask = (request.mask && sent.get(request.mask.key)) ?? Buffer.alloc(0);
      expect(await readMask(sentMask, hole)).toMatchObject({ format: 'png', ...size, ...maskForms[each.row.mask] });
      expect(
        simulator()
          .ledger.charges()[0]
          ?.files.map((file) => file.sha256),
      ).toEqual([photo, sentMask].map(sha256));
      if (!isLossless(each.row)) return;
      const changed = differences(await pixelsOf(photo), await pixelsOf(made), { left: 0, top: 0 });
      expect(changed.count).toBeGreaterThan((hole.width * hole.height) / 2);
      expect(changed.left).toBeGreaterThanOrEqual(hole.left);
      expect(changed.top).toBeGreaterThanOrEqual(hole.top);
      expect(changed.right).toBeLessThan(hole.left + hole.width);
      expect(changed.bottom).toBeLessThan(hole.top + hole.height);
    },
  );

  it.each(serving('outpainting'))('extends an image with $model, and leaves it as it was', async (each) => {
    const photo = await gradient(size);
    const asked = submission({
      operation: 'edit',
      editType: 'outpainting',
      parameters: lossless(each.row),
      extra: margins,
    });
    const { made, warnings } = await carryOut(each.candidate, asked, { photo });
    const extended = await pixelsOf(made);
    expect({ width: extended.width, height: extended.height }).toEqual({ width: 1536, height: 1024 });
    expect(warnings.map(({ code }) => code)).toEqual(each.row.editTypes.outpainting === 'native' ? [] : ['emulated']);
    if (!isLossless(each.row)) return;
    expect(differences(await pixelsOf(photo), extended, { left: margins.left, top: 0 }).count).toBe(0);
    const alphas = new Set(extended.data.filter((_, at) => at % 4 === 3));
    expect([...alphas]).toEqual([255]);
  });

  /** As the gateway does it: planned, redrawn where the row says so, and sent. */
  async function carryOut(candidate: Candidate, asked: Submission, given: { photo: Buffer; mask?: Buffer }) {
    const planned = createPlanRequest(catalog.specOf)(
      candidate,
      asked,
      [inputImage('photo', given.photo)],
      given.mask && inputImage('mask', given.mask),
    );
    const inputs = new Map<string, Uint8Array>(Object.entries(given));
    const images = { open: async (key: string) => streamOf(inputs.get(key)) };
    const until = AbortSignal.timeout(60_000);
    const { request, redrawn } = await prepareRequest({ images, convert: createConvertImages() }, planned, until);
    const sent = new Map([...inputs, ...redrawn]);
    const { finished, call } = await start(request, { inputs: sent });
    expect(finished.images).toHaveLength(1);
    return { request, sent, made: call.saved.get(0) ?? Buffer.alloc(0), warnings: planned.warnings };
  }
}

async function* streamOf(bytes: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (bytes) yield bytes;
}

/** Whether a model can be asked for a png, in which pixels stay what they are. */
const isLossless = ({ parameters, values }: ModelSpec): boolean =>
  parameters.output_format !== 'dropped' && (values?.output_format?.includes('png') ?? true);

const lossless = (row: ModelSpec): ImageParameters => (isLossless(row) ? { output_format: 'png' } : {});
