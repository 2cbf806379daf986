/** What `darkroom/contract` gives to clients written in TypeScript: types alone, no code. */
export type { ErrorBody } from './errors.ts';
export type { ImageResult } from './image-result.ts';
export type { Health, ImageJob } from './job.ts';
export type { ListedModel, ModelList } from './model-list.ts';
export type { CompletedImageEvent, PartialImageEvent, StreamErrorEvent } from './stream-events.ts';
export type { ImageEditSubmission, ImageGenerationSubmission, ImageVariationSubmission } from './submission.ts';
export type {
  DeletedVirtualKey,
  VirtualKeyChange,
  VirtualKeyCreation,
  VirtualKeyList,
  VirtualKeyRotation,
  VirtualKeyView,
} from './virtual-key.ts';
