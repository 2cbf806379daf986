import { limits } from '../../contract/limits.ts';
import { type SubmissionFields, submissionFields } from '../../contract/submission.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonObject, JsonValue, Operation } from '../../domain/generation.ts';
import { slipsBetween } from '../request/edit-distance.ts';
import { checkFieldName } from '../request/field-name.ts';
import { decisiveIssue, fieldRefusal } from '../request/field-refusal.ts';
import { fieldDescription, fieldKind } from '../request/field-schema.ts';
import { checkFieldValue, tooDeep } from '../request/field-value.ts';
import { parametersTooLarge } from '../request/json-outline.ts';
import { plainRecord } from '../request/plain-record.ts';

/**
 * Request validation: the fields of all operations together; the schema has already checked which ones this one has.
 */
export type KnownFields = SubmissionFields['variation'] &
  Partial<SubmissionFields['edit']> &
  Partial<SubmissionFields['generation']>;

/** The contract's fields, validated, and unknown fields unchanged. */
export interface CheckedFields {
  readonly known: KnownFields;
  readonly extra: JsonObject;
}

/**
 * Checks fields against the operation's schema. Throws `missing_field` or `invalid_value` with the field's name for the
 * first that is wrong, and `invalid_request` if they are too many, too large together, or nested too deeply.
 */
export function checkFields(operation: Operation, fields: ReadonlyMap<string, JsonValue>): CheckedFields {
  checkExtent(fields);
  const isKnown = ([name]: readonly [string, JsonValue]): boolean => fieldKind(operation, name) !== 'unknown';
  const known = plainRecord([...fields].filter(isKnown));
  const checked = submissionFields[operation].safeParse(known);
  const issue = decisiveIssue(checked.error);
  if (issue) {
    const name = String(issue.path[0]);
    const unexpectedFields = [...fields].filter((entry) => !isKnown(entry)).map(([each]) => each);
    const slip = unexpectedFields.find((each) => slipsBetween(each.slice(0, maxSlip), name) <= maxSlips);
    throw fieldRefusal(issue, { present: fields.has(name), description: fieldDescription(operation, name), slip });
  }
  const extra = [...fields].filter((entry) => !isKnown(entry));
  for (const [name, value] of extra) checkLength(name, value);
  return { known: checked.data as KnownFields, extra: plainRecord(extra) };
}

/** Two letters in the wrong order are two slips. More make another word. */
const maxSlips = 2;

/** A longer name is another word, too. */
const maxSlip = 32;

/** What the schema bounds no otherwise is as long as a form's text may be, from whichever body. */
function checkLength(param: string, value: JsonValue): void {
  if (Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) <= limits.textPartBytes) return;
  throw new GatewayError('invalid_value', `"${param}" is longer than ${limits.textPartBytes} bytes.`, { param });
}

function checkExtent(fields: ReadonlyMap<string, JsonValue>): void {
  checkNames([...fields.keys()]);
  if (parameterBytes(fields) > limits.parameterBytes) throw parametersTooLarge();
  for (const [name, value] of fields) checkFieldValue(name, value);
}

/** A form's parts have been counted already. A job keeps a warning for each field that its model doesn't take. */
function checkNames(names: readonly string[]): void {
  if (names.length > limits.parts) {
    throw new GatewayError('invalid_request', `There may be at most ${limits.parts} fields, not ${names.length}.`);
  }
  for (const name of names) checkFieldName(name);
}

/** A form's texts may be far too long together, and are counted before they are copied. */
function parameterBytes(fields: ReadonlyMap<string, JsonValue>): number {
  const texts = [...fields.values()].flat().filter((each) => typeof each === 'string');
  const letters = texts.reduce((sum, text) => sum + text.length, 0);
  if (letters > limits.parameterBytes) return letters;
  try {
    return Buffer.byteLength(JSON.stringify(plainRecord(fields)));
  } catch (error) {
    // Node parses JSON of any depth, but overflows its stack where it writes it.
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}
