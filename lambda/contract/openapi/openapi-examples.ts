import type { ErrorCode } from '../../domain/error-code.ts';
import type { JsonObject } from '../../domain/generation.ts';
import type { AnswerExample } from './openapi-answer-examples.ts';
import { requestExamples } from './openapi-request-examples.ts';

/** The schemas of bodies that have examples. */
export type RequestSchema = keyof typeof requestExamples;

/** References to examples of answers, by name: those of errors bear their code. */
export const exampleReferences = (names: readonly (AnswerExample | ErrorCode)[]): JsonObject => references(names);

/** References to all examples of a request's body. */
export const requestExampleReferences = (schema: RequestSchema): JsonObject =>
  references(Object.keys(requestExamples[schema]));

const references = (names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/examples/${name}` }]));
