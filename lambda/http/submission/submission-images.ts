import { limits } from '../../contract/limits.ts';
import { type RouteDoor, submissionPath } from '../../contract/submission-paths.ts';
import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { Operation, Warning } from '../../domain/generation.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';
import { fieldKind } from '../request/field-schema.ts';
import { imagesTaken } from './image-fields.ts';
import type { SubmissionForm } from './submission-form.ts';

/** The images of a submission that its operation uses, and warnings about the others. */
export interface UsedImages {
  readonly images: readonly ReceivedImage[];
  readonly warnings: readonly Warning[];
}

/** A variation is made of one image. */
export function usedImages({ images }: SubmissionForm, operation: Operation): UsedImages {
  const [, second] = images;
  if (operation !== 'variation' || !second) return { images, warnings: [] };
  const count = images.length - 1;
  const message = `A variation uses only the first image; ${count} more ${count === 1 ? 'was' : 'were'} left out.`;
  return { images: images.slice(0, 1), warnings: [{ code: 'images_unused', param: second.param, message }] };
}

/** Throws `invalid_value`: a caller who sends an image doesn't want a result that ignores it. */
export function refuseUnwantedImage({ unwantedImage: param }: SubmissionForm, door: RouteDoor): void {
  if (param === undefined) return;
  const message = `An image generation takes no images. Send them to \`${submissionPath('edit', door)}\`.`;
  throw new GatewayError('invalid_value', message, { param });
}

/** Throws `missing_field` where an operation on images has none, naming what was sent and is no field; and `invalid_value` for too many. */
export function checkImageCount({ images, fields }: SubmissionForm, operation: Operation): void {
  if (!imagesTaken[operation].images) return;
  const [first] = images;
  if (!first) throw withoutImage(fields, operation);
  if (images.length > limits.images) {
    throw new GatewayError('invalid_value', `There may be at most ${limits.images} images, not ${images.length}.`, {
      param: first.param,
    });
  }
}

function withoutImage(fields: SubmissionForm['fields'], operation: Operation): GatewayError {
  const unknown = [...fields.keys()].filter((name) => fieldKind(operation, name) === 'unknown');
  const names = unknown.slice(0, shownFields).map((name) => `"${shownName(name)}"`);
  const others = names.length === 0 ? '' : ` No image is read from ${names.join(', ')}.`;
  const message = `At least one image is required. Send it as "image" or in "images".${others}`;
  return new GatewayError('missing_field', message, { param: 'image' });
}

/** Names in one message. */
const shownFields = 5;
