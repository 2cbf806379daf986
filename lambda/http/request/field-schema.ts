import * as z from 'zod/mini';
import { submissionFields } from '../../contract/submission.ts';
import type { Operation } from '../../domain/generation.ts';

type FieldSchema = z.core.$ZodType;

/** Asked of the schema's kind: naming zod's classes would put all of zod into the bundle. */
const isWrapped = (schema: FieldSchema): schema is z.core.$ZodOptional | z.core.$ZodNullable =>
  schema._zod.def.type === 'optional' || schema._zod.def.type === 'nullable';

const unwrapped = (schema: FieldSchema): FieldSchema =>
  isWrapped(schema) ? unwrapped(schema._zod.def.innerType) : schema;

const fieldsOf = (shape: Readonly<Record<string, FieldSchema>>): ReadonlyMap<string, FieldSchema> =>
  new Map(Object.entries(shape).map(([name, field]) => [name, unwrapped(field)]));

const schemas: Readonly<Record<Operation, ReadonlyMap<string, FieldSchema>>> = {
  generation: fieldsOf(submissionFields.generation.shape),
  edit: fieldsOf(submissionFields.edit.shape),
  variation: fieldsOf(submissionFields.variation.shape),
};

/** Whether the contract knows a field of an operation, and how text becomes its value. */
export function fieldKind(operation: Operation, name: string): 'unknown' | 'integer' | 'boolean' | 'text' {
  const schema = schemas[operation].get(name);
  if (!schema) return 'unknown';
  if (schema._zod.def.type === 'number') return 'integer';
  return schema._zod.def.type === 'boolean' ? 'boolean' : 'text';
}

/** What the contract says of a field, for messages; empty where it says nothing. */
export const fieldDescription = (operation: Operation, name: string): string =>
  descriptionOf(schemas[operation].get(name));

/** What a schema says of itself, whether or not it may be absent or null. */
export const descriptionOf = (schema: FieldSchema | undefined): string =>
  (schema && z.globalRegistry.get(unwrapped(schema))?.description) ?? '';
