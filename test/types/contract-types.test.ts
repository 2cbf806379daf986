import type * as published from 'darkroom/contract';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ErrorBody, RequestTooLong } from '../../lambda/contract/errors.ts';
import type { ImageResult } from '../../lambda/contract/image-result.ts';
import type { Health, ImageJob } from '../../lambda/contract/job.ts';
import type { ListedModel, ModelList } from '../../lambda/contract/model-list.ts';
import type { CompletedImageEvent, PartialImageEvent, StreamErrorEvent } from '../../lambda/contract/stream-events.ts';
import type {
  ImageEditSubmission,
  ImageGenerationSubmission,
  ImageVariationSubmission,
} from '../../lambda/contract/submission.ts';
import type { UsageView } from '../../lambda/contract/usage.ts';
import type {
  DeletedVirtualKey,
  VirtualKeyChange,
  VirtualKeyCreation,
  VirtualKeyList,
  VirtualKeyRotation,
  VirtualKeyView,
} from '../../lambda/contract/virtual-key.ts';
import { contractTypes } from '../../scripts/contract-types.ts';

describe('contractTypes', () => {
  it('need nothing from elsewhere', () => {
    expect(contractTypes()).not.toMatch(/\bimport\b|\brequire\b|<reference/);
  });

  it('are what the schemas of requests and answers infer', () => {
    // Held by `npm run types`.
    expectTypeOf<published.ImageGenerationSubmission>().toEqualTypeOf<ImageGenerationSubmission>();
    expectTypeOf<published.ImageEditSubmission>().toEqualTypeOf<ImageEditSubmission>();
    expectTypeOf<published.ImageVariationSubmission>().toEqualTypeOf<ImageVariationSubmission>();
    expectTypeOf<published.ImageJob>().toEqualTypeOf<ImageJob>();
    expectTypeOf<published.ImageResult>().toEqualTypeOf<ImageResult>();
    expectTypeOf<published.ErrorBody>().toEqualTypeOf<ErrorBody>();
    expectTypeOf<published.RequestTooLong>().toEqualTypeOf<RequestTooLong>();
    expectTypeOf<published.PartialImageEvent>().toEqualTypeOf<PartialImageEvent>();
    expectTypeOf<published.CompletedImageEvent>().toEqualTypeOf<CompletedImageEvent>();
    expectTypeOf<published.StreamErrorEvent>().toEqualTypeOf<StreamErrorEvent>();
    expectTypeOf<published.ListedModel>().toEqualTypeOf<ListedModel>();
    expectTypeOf<published.ModelList>().toEqualTypeOf<ModelList>();
    expectTypeOf<published.VirtualKeyView>().toEqualTypeOf<VirtualKeyView>();
    expectTypeOf<published.VirtualKeyList>().toEqualTypeOf<VirtualKeyList>();
    expectTypeOf<published.VirtualKeyCreation>().toEqualTypeOf<VirtualKeyCreation>();
    expectTypeOf<published.VirtualKeyChange>().toEqualTypeOf<VirtualKeyChange>();
    expectTypeOf<published.VirtualKeyRotation>().toEqualTypeOf<VirtualKeyRotation>();
    expectTypeOf<published.DeletedVirtualKey>().toEqualTypeOf<DeletedVirtualKey>();
    expectTypeOf<published.Usage>().toEqualTypeOf<UsageView>();
    expectTypeOf<published.Health>().toEqualTypeOf<Health>();
  });
});
