/**
 * The models of the Images API that the simulator plays, and what they differ in.
 *
 * Sources: openai/openai-node `src/resources/images.ts` (gpt-image-2 refuses transparent backgrounds); atlascloud.ai and
 * docs.oxen.ai on gpt-image-2.5 (qualities `xhigh` and `max`, transparent backgrounds); docs.apiyi.com on gpt-image-2.6
 * (`complexity`; its gif, svg and marked-up edits aren't played); that both generations answer
 * `invalid_input_fidelity_model` is what their users quote.
 */
export interface OpenaiModel {
  readonly qualities: readonly string[];
  readonly transparentBackground: boolean;
  /** How much of the picture can be planned ahead; absent where the model has no such parameter. */
  readonly complexities?: readonly string[];
}

const second: OpenaiModel = { qualities: ['low', 'medium', 'high', 'auto'], transparentBackground: false };
const secondAndHalf: OpenaiModel = {
  qualities: ['low', 'medium', 'high', 'xhigh', 'max', 'auto'],
  transparentBackground: true,
};

const secondAndSixTenths: OpenaiModel = { ...secondAndHalf, complexities: ['low', 'medium', 'high'] };

/** Each model and dated snapshot by name. */
const openaiModels: Readonly<Record<string, OpenaiModel>> = {
  'gpt-image-2': second,
  'gpt-image-2-2026-04-21': second,
  'gpt-image-2.5-sunburst': secondAndHalf,
  'gpt-image-2.5-sunburst-2026-09-08': secondAndHalf,
  'gpt-image-2.5-flare': secondAndHalf,
  'gpt-image-2.5-flare-2026-09-08': secondAndHalf,
  'gpt-image-2.6-sunburst': secondAndSixTenths,
  'gpt-image-2.6-flare': secondAndSixTenths,
};

/** The names of the models that the vendor serves. */
export const openaiModelNames = (served: readonly string[] | undefined): readonly string[] =>
  served ?? Object.keys(openaiModels);

/** The row of a model, if the vendor serves it. A model of the profile's own is taken for one of the newest kind. */
export function findOpenaiModel(name: string, served: readonly string[] | undefined): OpenaiModel | undefined {
  if (served !== undefined && !served.includes(name)) return undefined;
  if (Object.hasOwn(openaiModels, name)) return openaiModels[name];
  return served === undefined ? undefined : secondAndHalf;
}
