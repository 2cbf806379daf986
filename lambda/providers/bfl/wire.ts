import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonValue } from '../../domain/generation.ts';
import type { Ticket } from '../../domain/jobs/attempt.ts';
import type { Micros } from '../../domain/money/micros.ts';
import type { Failed, Finished } from '../../domain/provider.ts';
import { costSaid } from '../wire/cost-said.ts';
import { extraValues } from '../wire/extra-value.ts';
import { cleanMessage } from '../wire/failures/clean-message.ts';
import { failureInDetail } from '../wire/failures/detail-failure.ts';
import { wordsOf } from '../wire/failures/error-message.ts';
import type { SaidOfFailure } from '../wire/failures/status-failure.ts';
import { type BodyObject, base64Of, type Placed } from '../wire/json-body.ts';
import { countOf, fieldOf, present, textOf } from '../wire/json-fields.ts';
import { addressIn, entriesIn, shownPictures } from '../wire/pictures/picture-places.ts';
import { type Polled, polledIn } from '../wire/ticket-exchange.ts';
import { takesList, typicalSecondsOf } from './models.ts';

// Black Forest Labs' task API. Sources: docs.bfl.ai (API reference; integration guidelines; errors) and the schemas
// AsyncResponse, ResultResponse and StatusResponse of api.bfl.ai/openapi.json.

/** The body that submits a task. Planning has left only what the model takes. */
export function taskBody(request: ImageRequest, placed: Placed = base64Of): BodyObject {
  const { prompt, size, parameters, extra } = request;
  const { num_inference_steps: steps, output_format, seed, aspect_ratio, resolution } = parameters;
  return {
    // A field of the caller's own never takes the place of one of ours.
    ...extraValues(extra),
    prompt,
    width: size?.width,
    height: size?.height,
    aspect_ratio,
    resolution,
    seed,
    output_format,
    steps,
    ...inputsOf(request, placed),
  };
}

/**
 * Input images under the names of the model's schema: FLUX.3 has a list, FLUX.1's tools one, with a mask or margins.
 */
function inputsOf({ model, editType, images, mask, margins }: ImageRequest, placed: Placed): BodyObject {
  const [first] = images;
  if (first && takesList(model)) return { images: images.map(placed) };
  if (editType !== undefined && first) {
    return { image: placed(first), mask: mask && placed(mask), ...margins };
  }
  const named = images.map(
    (image, index) => [index === 0 ? 'input_image' : `input_image_${index + 1}`, placed(image)] as const,
  );
  return Object.fromEntries(named);
}

/** A task as a later worker finds it again. */
export interface BflTicket extends Polled {
  readonly id: string;
  /** The polling URL from BFL's answer: only the cluster that has the task can be polled for it. */
  readonly pollingUrl: string;
  /** Consecutive polls that found no such task. */
  readonly misses: number;
  /** The price of the task, which only the answer to its submission says; absent where it didn't. */
  readonly cost?: Micros;
}

/** A credit is a cent: docs.bfl.ai, pricing. */
const microsPerCredit = 10_000;

/** The ticket in an answer to a submission; undefined where there is none. */
export function ticketIn(answer: JsonValue | undefined, model: string): BflTicket | undefined {
  const id = textOf(answer, 'id');
  const pollingUrl = textOf(answer, 'polling_url');
  if (id === undefined || pollingUrl === undefined) return undefined;
  const cost = costSaid(fieldOf(answer, 'cost'), microsPerCredit);
  return { id, pollingUrl, typicalSeconds: typicalSecondsOf(model), polls: 0, misses: 0, ...present({ cost }) };
}

/** A ticket read back. Only our own workers write them. */
export const readTicket = (ticket: Ticket): BflTicket => ({
  id: textOf(ticket, 'id') ?? '',
  pollingUrl: textOf(ticket, 'pollingUrl') ?? '',
  ...polledIn(ticket),
  misses: countOf(ticket, 'misses') ?? 0,
  ...present({ cost: countOf(ticket, 'cost') }),
});

export type TaskState = Finished | Failed | { readonly status: 'working' } | { readonly status: 'not_found' };

/**
 * The state of a task in an answer; undefined where it has none. An undocumented state counts as working. `cost` is what its ticket
 * says.
 */
export function taskStateIn(answer: JsonValue | undefined, cost?: Micros): TaskState | undefined {
  // BFL's own clients look for either.
  const status = textOf(answer, 'status') ?? textOf(answer, 'state');
  if (status === undefined) return undefined;
  switch (status.trim()) {
    case 'Ready':
      return resultIn(answer, cost);
    case 'Request Moderated':
      return failed('refused', `The provider's moderation refused the request${reasonsIn(answer)}.`);
    case 'Content Moderated':
      return failed('refused', `The provider's moderation refused the image that was made${reasonsIn(answer)}.`);
    case 'Error':
    case 'Failed':
      // Whether it was charged isn't documented.
      return failed('malformed', 'The provider reports that the task has failed.');
    case 'Task not found':
      return { status: 'not_found' };
    default:
      return { status: 'working' };
  }
}

/** Moderation may name its reasons: docs.bfl.ai, errors. */
function reasonsIn(answer: JsonValue | undefined): string {
  const reasons = wordsOf(fieldOf(fieldOf(answer, 'details'), 'Moderation Reasons'));
  return reasons === undefined ? '' : ` (${cleanMessage(reasons, [])})`;
}

function resultIn(answer: JsonValue | undefined, cost: Micros | undefined): Finished | Failed {
  const urls = entriesIn(fieldOf(answer, 'result')).flatMap((entry) => addressIn(entry) ?? []);
  if (urls.length === 0) return failed('malformed', 'The provider answered without an image.');
  return { status: 'finished', images: urls.map((url) => ({ url })), ...present({ cost }), warnings: [] };
}

/** The end of a task without an image. */
export const failed = (kind: 'refused' | 'malformed' | 'unknown_outcome', message: string): Failed => ({
  status: 'failed',
  failure: new ProviderFailure(kind, message, { statusCode: 200 }),
});

/** An answer as a caller may see it: the address of the result without its signature. */
export const shownAnswer = (answer: JsonValue): JsonValue => shownPictures(answer, []);

const params = new Map(
  Object.entries({ width: 'size', height: 'size', steps: 'num_inference_steps', top: 'up', bottom: 'down' }).concat(
    ['prompt', 'seed', 'output_format', 'aspect_ratio', 'resolution', 'image', 'mask', 'left', 'right'].map((name) => [
      name,
      name,
    ]),
  ),
);

/** Parses the body of an error: `{detail}`, a text, a list of fields, or an object with a text in it. */
export const failureSaid = (body: string): SaidOfFailure =>
  failureInDetail(body, (field) => (/^(input_image|images$)/.test(field) ? 'image' : params.get(field)));
