import type { z } from 'zod';
import type { ResourceNames } from './references.ts';

/** Gives the planners the resources of a type, with every intrinsic resolved and the properties checked. */
export interface ResourceReader {
  readonly names: ResourceNames;
  /** Each resource of the types with its properties in the schema's shape. Throws an error that names the resource. */
  each<Schema extends z.ZodType>(types: readonly string[], schema: Schema): ReadResource<z.infer<Schema>>[];
}

export interface ReadResource<Properties> {
  readonly logicalId: string;
  readonly name: string;
  readonly properties: Properties;
}
