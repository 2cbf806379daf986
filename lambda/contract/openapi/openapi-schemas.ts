import * as z from 'zod/mini';
import type { JsonObject, JsonValue, Operation } from '../../domain/generation.ts';
import { attemptSchema, errorBodySchema, requestTooLongSchema, warningSchema } from '../errors.ts';
import { deletedFileSchema, fileFormSchema, fileListSchema, fileSchema, fileUploadSchema } from '../files/file.ts';
import { imageResultSchema } from '../image-result.ts';
import { healthSchema, imageJobSchema, jobListSchema, listedJobSchema } from '../job.ts';
import { limits } from '../limits.ts';
import { listedModelSchema, modelListSchema } from '../model-list.ts';
import { quoteSchema } from '../quote.ts';
import { completedImageEventSchema, partialImageEventSchema, streamErrorEventSchema } from '../stream-events.ts';
import {
  imageEditSubmissionSchema,
  imageGenerationSubmissionSchema,
  imageVariationSubmissionSchema,
  submissionFields,
} from '../submission.ts';
import { usageSchema } from '../usage.ts';
import {
  deletedVirtualKeySchema,
  virtualKeyChangeSchema,
  virtualKeyCreationSchema,
  virtualKeyListSchema,
  virtualKeyRotationSchema,
  virtualKeySchema,
} from '../virtual-key.ts';

const named = {
  ImageGenerationSubmission: imageGenerationSubmissionSchema,
  ImageEditSubmission: imageEditSubmissionSchema,
  ImageVariationSubmission: imageVariationSubmissionSchema,
  ImageJob: imageJobSchema,
  ListedImageJob: listedJobSchema,
  ImageJobList: jobListSchema,
  ImageResult: imageResultSchema,
  Quote: quoteSchema,
  PartialImageEvent: partialImageEventSchema,
  CompletedImageEvent: completedImageEventSchema,
  StreamErrorEvent: streamErrorEventSchema,
  ErrorBody: errorBodySchema,
  RequestTooLong: requestTooLongSchema,
  Attempt: attemptSchema,
  Warning: warningSchema,
  ModelList: modelListSchema,
  Model: listedModelSchema,
  VirtualKey: virtualKeySchema,
  VirtualKeyList: virtualKeyListSchema,
  Usage: usageSchema,
  VirtualKeyCreation: virtualKeyCreationSchema,
  VirtualKeyChange: virtualKeyChangeSchema,
  VirtualKeyRotation: virtualKeyRotationSchema,
  DeletedVirtualKey: deletedVirtualKeySchema,
  File: fileSchema,
  FileList: fileListSchema,
  FileUpload: fileUploadSchema,
  DeletedFile: deletedFileSchema,
  Health: healthSchema,
};

/** The names under which the document keeps its schemas. */
export type SchemaName = keyof typeof named | 'ImageEditForm' | 'ImageVariationForm' | 'FileForm';

/** A reference to one of the document's schemas. */
export const schemaReference = (name: SchemaName): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** The JSON and multipart bodies that an operation takes. Generations take no files, hence no form. */
export const submissionSchemas = {
  generation: { json: 'ImageGenerationSubmission' },
  edit: { json: 'ImageEditSubmission', form: 'ImageEditForm' },
  variation: { json: 'ImageVariationSubmission', form: 'ImageVariationForm' },
} as const satisfies Record<Operation, { json: SchemaName; form?: SchemaName }>;

/** Every schema of the document, in JSON Schema 2020-12, which OpenAPI 3.1 uses. */
export function componentSchemas(): Readonly<Record<SchemaName, JsonObject>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    // What a client may send or should expect. As output every object would be closed, and no field could be added.
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => inPlainTerms(jsonSchema),
  });
  return {
    ...(Object.fromEntries(Object.keys(named).map((name) => [name, withoutIdentity(schemas[name] ?? {})])) as Record<
      keyof typeof named,
      JsonObject
    >),
    ImageEditForm: formSchema('edit', { ...imageParts, ...maskParts }),
    ImageVariationForm: formSchema('variation', imageParts),
    FileForm: fileForm(),
  };
}

interface MadeSchema {
  minimum?: number;
  maximum?: number;
  pattern?: string;
  propertyNames?: unknown;
  additionalProperties?: unknown;
  properties?: Record<string, unknown>;
}

/** A schema as people would write it, changed in place. */
function inPlainTerms(schema: MadeSchema): void {
  // The bounds of a double's whole numbers are no rule of the contract.
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Readers differ in whether a pattern knows Unicode's properties; to the others such a one would refuse what the
  // gateway takes.
  if (schema.pattern?.includes('\\p{')) delete schema.pattern;
  nameProperties(schema);
}

/**
 * A record whose names are a closed list becomes an object with those properties; of other names there is nothing to
 * say.
 */
function nameProperties(schema: MadeSchema): void {
  const { propertyNames, additionalProperties } = schema;
  if (typeof propertyNames !== 'object' || propertyNames === null) return;
  delete schema.propertyNames;
  if (!('enum' in propertyNames) || !Array.isArray(propertyNames.enum)) return;
  delete schema.additionalProperties;
  schema.properties = Object.fromEntries(propertyNames.enum.map((name) => [name, additionalProperties]));
}

/** A copy in plain JSON. Within an OpenAPI document a schema is known by its place, not by an id of its own. */
function withoutIdentity(schema: object): JsonObject {
  const { $id: _, $schema: __, ...rest } = JSON.parse(JSON.stringify(schema)) as { [name: string]: JsonValue };
  return rest;
}

const file: JsonObject = { type: 'string', format: 'binary' };
const files = (description: string): JsonObject => ({
  description,
  type: 'array',
  items: file,
  minItems: 1,
  maxItems: limits.images,
});

const imageParts: JsonObject = {
  image: files('The input image, or several parts with this name.'),
  'image[]': files("OpenAI's name of the same field. Images under both names are all used, in the order of the body."),
};

const maskParts: JsonObject = {
  mask: { ...file, description: 'The same size as the first image; its transparent areas are edited.' },
  'mask[]': { ...file, description: 'The same.' },
};

/** The form of an operation: its fields as text parts, and its images as files. */
function formSchema(operation: 'edit' | 'variation', imageFields: JsonObject): JsonObject {
  const fields = partsOf(submissionFields[operation]);
  return {
    ...fields,
    properties: { ...(fields.properties as JsonObject), ...imageFields },
    anyOf: [{ required: ['image'] }, { required: ['image[]'] }],
  };
}

/** The form that uploads a file. */
function fileForm(): JsonObject {
  const fields = partsOf(fileFormSchema);
  const description = `A png, jpeg or webp; with all of the body at most ${limits.bodyBytes / 1024 ** 2} MiB.`;
  return {
    ...fields,
    properties: { file: { ...file, description }, ...(fields.properties as JsonObject) },
    required: ['file'],
  };
}

const partsOf = (schema: z.ZodMiniObject): JsonObject =>
  withoutIdentity(
    z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: 'input',
      override: ({ jsonSchema }) => inPlainTerms(jsonSchema),
    }),
  );
