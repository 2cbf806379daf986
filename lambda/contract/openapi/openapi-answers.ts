import type { JsonObject } from '../../domain/generation.ts';
import { isSubmission, isSynchronous, type Route, type RouteAnswer, takesPreference } from '../route.ts';
import type { AnswerExample } from './openapi-answer-examples.ts';
import { type AnswerHeader, type AnswerHeaders, headerReferences, limitHeaders } from './openapi-answer-headers.ts';
import { exampleReferences } from './openapi-examples.ts';
import { schemaReference } from './openapi-schemas.ts';

/** The answers of a route that are no refusals, by status. */
export const goodAnswers = (route: Route): JsonObject =>
  Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => [status, goodAnswer(route, Number(status), answer)]),
  );

interface Body {
  readonly schema: JsonObject;
  readonly examples: readonly AnswerExample[];
}

const bodies: Readonly<Record<RouteAnswer['body'], Body | undefined>> = {
  open_job: { schema: schemaReference('ImageJob'), examples: ['pending-job'] },
  ended_job: { schema: schemaReference('ImageJob'), examples: ['completed-job', 'failed-job', 'cancelled-job'] },
  jobs: { schema: schemaReference('ImageJobList'), examples: ['job-list'] },
  image_result: { schema: schemaReference('ImageResult'), examples: ['result'] },
  models: { schema: schemaReference('ModelList'), examples: ['model-list'] },
  model: { schema: schemaReference('Model'), examples: ['model'] },
  virtual_key: { schema: schemaReference('VirtualKey'), examples: ['key'] },
  made_key: { schema: schemaReference('VirtualKey'), examples: ['made-key'] },
  usage: { schema: schemaReference('Usage'), examples: ['usage'] },
  virtual_keys: { schema: schemaReference('VirtualKeyList'), examples: ['key-list'] },
  deleted_key: { schema: schemaReference('DeletedVirtualKey'), examples: ['deleted-key'] },
  file: { schema: schemaReference('File'), examples: ['file'] },
  made_file: { schema: schemaReference('File'), examples: ['file', 'announced-file'] },
  files: { schema: schemaReference('FileList'), examples: ['file-list'] },
  deleted_file: { schema: schemaReference('DeletedFile'), examples: ['deleted-file'] },
  health: { schema: schemaReference('Health'), examples: ['health'] },
  openapi: { schema: { type: 'object' }, examples: ['document'] },
  none: undefined,
};

function goodAnswer(route: Route, status: number, { body, description, events, quote }: RouteAnswer): JsonObject {
  const shown = quote ? orQuote(bodies[body]) : bodies[body];
  return {
    description,
    headers: headerReferences(headersOf(route, status)),
    ...(shown && {
      content: {
        'application/json': { schema: shown.schema, examples: exampleReferences(shown.examples) },
        ...(events && { 'text/event-stream': eventStream }),
      },
    }),
  };
}

const orQuote = (body: Body | undefined): Body => ({
  schema: { oneOf: [...(body ? [body.schema] : []), schemaReference('Quote')] },
  examples: [...(body?.examples ?? []), 'quote'],
});

/** What the data of each event is. */
const eventStream: JsonObject = {
  schema: {
    oneOf: (['PartialImageEvent', 'CompletedImageEvent', 'StreamErrorEvent'] as const).map(schemaReference),
  },
  examples: exampleReferences(['partial-image', 'completed-image']),
};

function headersOf(route: Route, status: number): AnswerHeaders {
  const always: AnswerHeader[] = ['x-request-id'];
  const sometimes: AnswerHeader[] = [];
  if (status === 202) always.push('Location', 'Retry-After');
  if (status === 302) always.push('Location');
  if (isSubmission(route)) sometimes.push('idempotency-replayed', ...limitHeaders);
  // A quote has no job.
  if (isSynchronous(route)) sometimes.push('x-darkroom-job-id');
  if (takesPreference(route)) sometimes.push('preference-applied');
  return { always, sometimes };
}
