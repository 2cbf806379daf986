import { expect, it } from 'vitest';
import type { EditType, Operation } from '../../../lambda/domain/generation.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { parseAspectRatio } from '../../../lambda/planning/size-plan.ts';
import { imagesIn } from './images-in.ts';
import { inputImage, sha256 } from './memory-call.ts';
import { type ProviderFixture, submission } from './provider-fixture.ts';

/** What a model may do, in the order in which it is tried: some do one thing only. */
const works = [['generation'], ['variation'], ['edit'], ['edit', 'background_removal']] as const satisfies [
  [Operation, EditType?],
  ...[Operation, EditType?][],
];

const supports = (row: ModelSpec | undefined, operation: Operation, editType?: EditType) =>
  row !== undefined && supportOf(row, operation, editType) !== 'none';

/** `it` for what a model can do; for what it can't, there is nothing to promise. */
const itWhere = (applies: boolean) => (promise: string, test: () => Promise<void>) => {
  if (applies) it(promise, test);
};

/** What every adapter promises of the images that it makes. */
export function promiseImages(fixture: ProviderFixture): void {
  const { subject, row, answers, start, simulator, photo, mask, serves, plan, submits } = fixture;

  it('saves the images of an answer byte for byte, in order, for one charge', async () => {
    const several = Math.min(3, row.imagesPerRequest);
    const { finished, call } = await start(plan(submission({ n: several })));
    const expected = await imagesIn(answers.at(-1) ?? Buffer.alloc(0));
    expect(expected).toHaveLength(several);
    expect(expected.map((_bytes, index) => sha256(call.saved.get(index) ?? Buffer.alloc(0)))).toEqual(
      expected.map(sha256),
    );
    expect(finished.images).toMatchObject(
      expected.map((bytes, index) => ({ image: { bytes: bytes.length, key: expect.stringContaining(`${index}`) } })),
    );
    expect(finished.warnings).toEqual([]);
    expect(simulator().ledger.charges()).toHaveLength(1);
    expect(submits()).toHaveLength(1);
  });

  it('makes images of the size that was planned', async () => {
    const request = plan(submission({ parameters: { size: subject.size ?? '1536x1024' } }));
    const { finished } = await start(request);
    expect(finished.images).toMatchObject([{ image: { ...request.size } }]);
    const ratio = parseAspectRatio(request.parameters.aspect_ratio ?? '');
    const [made] = finished.images;
    if (ratio === undefined || !made || !('image' in made)) return;
    expect(made.image.width / made.image.height).toBeCloseTo(ratio, 1);
  });

  itWhere(serves('edit'))('sends input images byte for byte', async () => {
    const inputs = new Map([
      ['one', photo()],
      ['two', mask()],
    ]);
    const images = [inputImage('one', photo()), inputImage('two', mask())].slice(0, row.inputImages);
    await start(plan(submission({ operation: 'edit' }), images), { inputs });
    expect(simulator().ledger.charges()[0]?.files).toMatchObject(
      images.map(({ sha256, bytes }) => ({ sha256, bytes })),
    );
  });

  itWhere(serves('variation'))('serves a variation', async () => {
    const { operation, parameters, extra } = submission({ operation: 'variation' });
    const request = plan({ operation, n: 1, parameters, extra }, [inputImage('photo', photo())]);
    const { finished } = await start(request, { inputs: new Map([['photo', photo()]]) });
    expect(finished.images).toHaveLength(1);
    expect(simulator().ledger.charges()[0]?.files).toMatchObject([{ sha256: sha256(photo()) }]);
  });
}

/** What every adapter promises of each model. */
export function promiseImagesOfAllModels({ catalog, start, simulator, photo }: ProviderFixture): void {
  // What is placed by a mask or by margins has promises of its own.
  it.each(
    catalog.models.filter((each) => works.some(([operation, type]) => supports(catalog.specOf(each), operation, type))),
  )('makes images with $model', async (each) => {
    const work = works.find(([operation, editType]) => supports(catalog.specOf(each), operation, editType)) ?? works[0];
    const [operation, editType] = work;
    const images = operation === 'generation' ? [] : [inputImage('photo', photo())];
    const asked = submission({ operation, ...(editType === undefined ? {} : { editType }) });
    const { request } = createPlanRequest(catalog.specOf)(each, asked, images, undefined);
    const { finished } = await start(request, { inputs: new Map([['photo', photo()]]) });
    expect(finished.images).toHaveLength(1);
    const prompted = operation === 'generation' ? { prompt: 'a lighthouse in the fog' } : {};
    expect(simulator().ledger.charges()).toMatchObject([{ model: each.model, ...prompted }]);
  });
}
