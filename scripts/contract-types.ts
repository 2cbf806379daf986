import { componentSchemas, type SchemaName } from '../lambda/contract/openapi/openapi-schemas.ts';
import type { JsonObject } from '../lambda/domain/generation.ts';

/** Schemas whose type has another name, since their own is too vague in a program, or one of the web's. */
const typeNames: Readonly<Partial<Record<SchemaName, string>>> = {
  Model: 'ListedModel',
  VirtualKey: 'VirtualKeyView',
  File: 'StoredFile',
  FileList: 'StoredFileList',
};

/** A form holds files, which no type of plain data describes. */
const isForm = (name: string): boolean => name.endsWith('Form');

/**
 * The type declarations of `darkroom/contract`, generated from the schemas of the OpenAPI document: one exported type
 * for each but the forms, with the same descriptions, and without dependencies. Throws for a schema that it can't
 * convert to TypeScript.
 */
export function contractTypes(): string {
  const types = Object.entries(componentSchemas())
    .filter(([name]) => !isForm(name))
    .map(([name, schema]) => `${comment(schema, '')}export type ${typeName(name)} = ${typeOf(schema, '')};\n`);
  return ['// Written by `npm run docs`.\n', ...types].join('\n');
}

const typeName = (name: string): string => (typeNames as Readonly<Record<string, string>>)[name] ?? name;

const union = (members: readonly string[]): string => [...new Set(members)].join(' | ');

const plainTypes: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

function typeOf(schema: JsonObject, indent: string): string {
  const { $ref, enum: values, const: value, anyOf, oneOf, type, items } = schema;
  if (typeof $ref === 'string') return typeName($ref.slice($ref.lastIndexOf('/') + 1));
  if (value !== undefined) return literal(value);
  if (Array.isArray(values)) return union(values.map(literal));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return union(choices.map((each) => typeOf(each as JsonObject, indent)));
  if (Array.isArray(type)) return union(type.map((each) => typeOf({ ...schema, type: each }, indent)));
  if (type === 'array') return `Array<${typeOf(items as JsonObject, indent)}>`;
  if (type === 'object') return objectType(schema, indent);
  if (Array.isArray(type)) return union(type.map((each) => typeOf({ ...schema, type: each }, indent)));
  const plain = type === undefined ? 'unknown' : plainTypes[String(type)];
  if (!plain) throw new Error(`No TypeScript type is known for ${JSON.stringify(schema)}.`);
  return plain;
}

function objectType({ properties, required, additionalProperties }: JsonObject, indent: string): string {
  const needed = new Set(Array.isArray(required) ? required : []);
  const inner = `${indent}  `;
  const members = Object.entries((properties ?? {}) as Readonly<Record<string, JsonObject>>).map(([name, schema]) => {
    const key = /^[a-z_]\w*$/i.test(name) ? name : literal(name);
    const type = typeOf(schema, inner);
    // For clients' objects: undefined members are not sent, also where `exactOptionalPropertyTypes` distinguishes the
    // two.
    const member = needed.has(name) || type === 'unknown' ? type : union([type, 'undefined']);
    return `${comment(schema, inner)}${inner}${key}${needed.has(name) ? '' : '?'}: ${member};\n`;
  });
  if (typeof additionalProperties === 'object') {
    members.push(`${inner}[name: string]: ${typeOf(additionalProperties as JsonObject, inner)};\n`);
  }
  return `{\n${members.join('')}${indent}}`;
}

const literal = (value: unknown): string => JSON.stringify(value);

const comment = ({ description }: JsonObject, indent: string): string =>
  typeof description === 'string' ? `${indent}/** ${description.replaceAll('*/', '*\\/')} */\n` : '';
