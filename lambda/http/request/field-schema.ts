import * as z from 'zod/mini';
import { submissionFields } from '../../contract/submission.ts';
import type { Operation } from '../../domain/generation.ts';

type FieldSchema = z.core.$ZodType;

/** Checked by the schema's kind: an `instanceof` with zod's classes would put all of zod into the bundle. */
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

/** Whether an operation has a field in the contract, and how its text is converted to a value. */
export function fieldKind(operation: Operation, name: string): 'unknown' | 'integer' | 'boolean' | 'text' {
  const schema = schemas[operation].get(name);
  if (!schema) return 'unknown';
  if (schema._zod.def.type === 'number') return 'integer';
  return schema._zod.def.type === 'boolean' ? 'boolean' : 'text';
}

/** The contract's description of a field, for messages; empty where it has none. */
export const fieldDescription = (operation: Operation, name: string): string =>
  descriptionOf(schemas[operation].get(name));

/** The description of a schema, whether or not it is optional or nullable. */
export const descriptionOf = (schema: FieldSchema | undefined): string =>
  (schema && z.globalRegistry.get(unwrapped(schema))?.description) ?? '';
