/**
 * The names of the fields of `generateContent`. Sources: googleapis/js-genai `genai.d.ts` (GenerationConfig,
 * ImageConfig, ThinkingConfig, Part), and what its client sends to either service; protobuf.dev/programming-guides/json
 * (both spellings of a name are read). What a field that isn't about pictures may hold isn't checked, but for the
 * thinking.
 */
import { badField, unknownField } from './gemini-errors.ts';
import type { WireAnswer } from './vendor-wire.ts';

type Fields = Readonly<Record<string, unknown>>;

export const record = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const requestFields =
  'model contents generationConfig safetySettings systemInstruction tools toolConfig cachedContent labels serviceTier store';
const configFields =
  'responseModalities imageConfig thinkingConfig seed temperature topP topK candidateCount maxOutputTokens stopSequences presencePenalty frequencyPenalty responseMimeType responseSchema responseJsonSchema responseLogprobs logprobs mediaResolution';
const partFields =
  'text inlineData fileData thought thoughtSignature functionCall functionResponse executableCode codeExecutionResult videoMetadata mediaResolution partMetadata';
const thinkingLevels = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH'];

/** What lies below these is named by the caller, not by Google. */
const callersOwn = ['responseSchema', 'responseJsonSchema', 'args', 'response', 'labels', 'parameters', 'partMetadata'];

/** The same request with all names in lowerCamelCase, in which Google's clients write them. */
export function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const camel = name.replace(/_([a-z\d])/g, (_all, letter: string) => letter.toUpperCase());
      return [camel, callersOwn.includes(camel) ? each : inCamelCase(each)];
    }),
  );
}

/**
 * The answer to a request, in lowerCamelCase, with a name that isn't there. `imageConfig` are the service's own names
 * in it.
 */
export function strangeField(body: unknown, imageConfig: readonly string[]): WireAnswer | undefined {
  const config = record(record(body).generationConfig);
  const known: readonly (readonly [place: string, value: unknown, names: readonly string[]])[] = [
    ['', body, requestFields.split(' ')],
    ['generation_config', config, configFields.split(' ')],
    ['generation_config.image_config', config.imageConfig, ['aspectRatio', 'imageSize', ...imageConfig]],
    [
      'generation_config.thinking_config',
      config.thinkingConfig,
      ['includeThoughts', 'thinkingBudget', 'thinkingLevel'],
    ],
    ...list(record(body).contents).flatMap((content, at) =>
      list(record(content).parts).map(
        (part, index) => [`contents[${at}].parts[${index}]`, part, partFields.split(' ')] as const,
      ),
    ),
  ];
  for (const [place, value, names] of known) {
    const unexpected = Object.keys(record(value)).find((name) => !names.includes(name));
    if (unexpected !== undefined) return unknownField(unexpected, place);
  }
  const { thinkingLevel = 'LOW' } = record(config.thinkingConfig);
  return thinkingLevels.includes(String(thinkingLevel).toUpperCase())
    ? undefined
    : badField('generation_config.thinking_config.thinking_level', `Invalid value: ${thinkingLevel}`);
}
