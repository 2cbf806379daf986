import type { CompatibleModel, CompatibleServer } from '../../contract/compatible-server.ts';
import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ImagePrice } from '../../domain/money/model-price.ts';
import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';

/** How the contract's parameters are treated where a model's setting doesn't list them. */
const unlisted = {
  size: 'sent',
  aspect_ratio: 'mapped',
  resolution: 'mapped',
  background: 'dropped',
  input_fidelity: 'dropped',
  partial_images: 'dropped',
  quality: 'dropped',
  style: 'dropped',
  moderation: 'dropped',
  output_format: 'dropped',
  output_compression: 'dropped',
  num_inference_steps: 'dropped',
  seed: 'dropped',
  negative_prompt: 'dropped',
  user: 'dropped',
} as const satisfies Record<ParameterName, ParameterPolicy>;

/** The catalogue rows of a compatible server, as its settings describe them. */
export const compatibleModelsOf = ({ models }: Pick<CompatibleServer, 'models'>): ProviderModels => ({
  models: models.map(specOf),
  retired: [],
});

/** The defaults are those that `CompatibleModel` documents. */
function specOf(setting: CompatibleModel): ModelSpec {
  const { operations = ['generation', 'edit', 'variation'], mask = true, parameters = ['user'] } = setting;
  const edits = operations.includes('edit');
  const timeoutSeconds = setting.timeoutSeconds ?? 300;
  const takesMask = edits && mask;
  return {
    model: setting.model,
    operations: {
      generation: operations.includes('generation') ? 'native' : 'none',
      edit: edits ? 'native' : 'none',
      variation: operations.includes('variation') ? 'native' : edits ? 'emulated' : 'none',
    },
    editTypes: { inpainting: takesMask ? 'native' : 'none', outpainting: 'none', background_removal: 'none' },
    sizes: { kind: 'listed', sizes: setting.sizes ?? ['256x256', '512x512', '1024x1024'] },
    imagesPerRequest: setting.imagesPerRequest ?? 10,
    inputImages: setting.inputImages ?? 1,
    mask: takesMask ? 'alpha' : 'none',
    parameters: { ...unlisted, ...Object.fromEntries(parameters.filter(isParameter).map((name) => [name, 'sent'])) },
    extras: parameters.filter((name) => !isParameter(name)),
    // Passed through unchanged, where the setting says that the server accepts any.
    qualities: 'any',
    typicalSeconds: setting.typicalSeconds ?? Math.min(30, timeoutSeconds),
    timeoutSeconds,
    ...(setting.price === undefined ? {} : { price: priceOf(setting.price) }),
  };
}

const priceOf = ({ usdPerImage }: NonNullable<CompatibleModel['price']>): ImagePrice => ({
  kind: 'image',
  source: "the stage's settings",
  refusal: 'unknown',
  rates: [{ usd: usdPerImage }],
});

const isParameter = (name: string): name is ParameterName => Object.hasOwn(unlisted, name);
