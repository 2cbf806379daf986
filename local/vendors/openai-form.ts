/**
 * The parameters of a request in OpenAI's format, be it multipart or JSON, and the checks that both of its wire formats
 * share. Rules: openai/openai-node `src/resources/images.ts` (the text on each parameter).
 */
import { invalidParameter, missingParameter, openaiError, unknownParameter } from './openai-errors.ts';
import type { ReceivedBody, ReceivedFile } from './received-request.ts';
import type { WireAnswer } from './vendor-wire.ts';

/** The parameters that aren't files, by name. Those of a multipart body are all text. */
export interface OpenaiForm {
  readonly encoding: 'json' | 'multipart';
  readonly values: ReadonlyMap<string, unknown>;
  readonly files: readonly ReceivedFile[];
}

/** Reads the body, or gives the refusal of one that is no form at all. */
export function openaiForm(body: ReceivedBody): OpenaiForm | WireAnswer {
  if (body.kind === 'multipart') {
    // A repeated text part counts once, with its last value.
    const values = new Map([...body.fields].map(([name, all]): [string, unknown] => [name, all.at(-1)]));
    return { encoding: 'multipart', values, files: body.files };
  }
  const { value } = body.kind === 'json' ? body : { value: undefined };
  if (body.kind !== 'json' || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return openaiError(400, {
      message: 'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload.',
    });
  }
  // Every optional parameter is declared nullable: null is the same as not sent.
  const values = new Map(Object.entries(value).filter(([, one]) => one !== null));
  return { encoding: 'json', values, files: body.files };
}

export function isForm(form: OpenaiForm | WireAnswer): form is OpenaiForm {
  return 'encoding' in form;
}

/** Runs checks in order and gives the first refusal. */
export function firstRefusal(checks: readonly (() => WireAnswer | undefined)[]): WireAnswer | undefined {
  for (const check of checks) {
    const refusal = check();
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** A text parameter, or undefined. Call it after `checkText`. */
export function textOf(form: OpenaiForm, name: string): string | undefined {
  const value = form.values.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** An integer parameter, or undefined. Call it after `checkInteger`. */
export function integerOf(form: OpenaiForm, name: string): number | undefined {
  const value = form.values.get(name);
  if (form.encoding === 'multipart' && typeof value === 'string')
    return /^-?\d+$/.test(value) ? Number(value) : undefined;
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function checkKnown(form: OpenaiForm, known: readonly string[]): WireAnswer | undefined {
  const unexpected = [...form.values.keys()].find((name) => !known.includes(name));
  return unexpected === undefined ? undefined : unknownParameter(unexpected);
}

export function checkPrompt(form: OpenaiForm, maxCharacters: number): WireAnswer | undefined {
  const value = form.values.get('prompt');
  if (value === undefined) return missingParameter('prompt');
  if (typeof value !== 'string') return wrongType('prompt', 'a string', value);
  const characters = [...value].length;
  if (characters === 0) {
    const message =
      "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.";
    return invalidParameter(message, 'prompt', 'empty_string');
  }
  if (characters <= maxCharacters) return undefined;
  const message = `Invalid 'prompt': string too long. Expected a string with maximum length ${maxCharacters}, but got a string with length ${characters} instead.`;
  return invalidParameter(message, 'prompt', 'string_above_max_length');
}

export function checkInteger(form: OpenaiForm, name: string, least: number, most: number): WireAnswer | undefined {
  if (!form.values.has(name)) return undefined;
  const value = integerOf(form, name);
  if (value === undefined) return wrongType(name, 'an integer', form.values.get(name));
  if (value < least) {
    const message = `Invalid '${name}': integer below minimum value. Expected a value >= ${least}, but got ${value} instead.`;
    return invalidParameter(message, name, 'integer_below_min_value');
  }
  if (value <= most) return undefined;
  const message = `Invalid '${name}': integer above maximum value. Expected a value <= ${most}, but got ${value} instead.`;
  return invalidParameter(message, name, 'integer_above_max_value');
}

export function checkChoice(form: OpenaiForm, name: string, choices: readonly string[]): WireAnswer | undefined {
  const value = form.values.get(name);
  if (value === undefined || (typeof value === 'string' && choices.includes(value))) return undefined;
  if (typeof value !== 'string') return wrongType(name, 'a string', value);
  const last = choices.at(-1);
  const list = choices.slice(0, -1).map((choice) => `'${choice}'`);
  const supported = list.length === 0 ? `'${last}'` : `${list.join(', ')}, and '${last}'`;
  return invalidParameter(`Invalid value: '${value}'. Supported values are: ${supported}.`, name);
}

export function wrongType(name: string, expected: string, value: unknown): WireAnswer {
  const got = Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  const message = `Invalid type for '${name}': expected ${expected}, but got ${got} instead.`;
  return invalidParameter(message, name, 'invalid_type');
}
