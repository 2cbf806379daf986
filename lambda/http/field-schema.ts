import * as z from 'zod/mini';
import { submissionFields } from '../contract/submission.ts';
import type { Operation } from '../domain/generation.ts';

type FieldSchema = z.core.$ZodType;

const unwrapped = (schema: FieldSchema): FieldSchema =>
  isOptional(schema) ? unwrapped(schema._zod.def.innerType) : schema;

/** Asked of the schema's kind: naming zod's classes would put all of zod into the bundle. */
const isOptional = (schema: FieldSchema): schema is z.core.$ZodOptional => schema._zod.def.type === 'optional';

const fieldsOf = (operation: Operation): ReadonlyMap<string, FieldSchema> =>
  new Map(Object.entries(submissionFields[operation].shape).map(([name, field]) => [name, unwrapped(field)]));

const schemas: Readonly<Record<Operation, ReadonlyMap<string, FieldSchema>>> = {
  generation: fieldsOf('generation'),
  edit: fieldsOf('edit'),
  variation: fieldsOf('variation'),
};

/** Whether the contract knows a field of an operation, and how text becomes its value. */
export function fieldKind(operation: Operation, name: string): 'unknown' | 'integer' | 'boolean' | 'text' {
  const schema = schemas[operation].get(name);
  if (!schema) return 'unknown';
  if (schema._zod.def.type === 'number') return 'integer';
  return schema._zod.def.type === 'boolean' ? 'boolean' : 'text';
}

/** What the contract says of a field, for messages; empty where it says nothing. */
export function fieldDescription(operation: Operation, name: string): string {
  const schema = schemas[operation].get(name);
  return (schema && z.globalRegistry.get(schema)?.description) ?? '';
}
