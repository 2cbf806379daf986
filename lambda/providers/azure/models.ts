import type { AzureModel } from '../../contract/provider-endpoints.ts';
import type { ProviderOffer } from '../../contract/provider-offers.ts';
import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { gptImage, gptImage25Qualities } from '../formats/gpt-image.ts';
import { gptImage2Price, gptImage15Price, gptImage25Price } from '../formats/gpt-image-prices.ts';

// Source: MicrosoftDocs/azure-ai-docs `articles/foundry/openai/how-to/dall-e.md` and its includes (April 2026). They
// announce no retirement date of gpt-image-1.5. According to daknoblo/ai-ui 1.6.0 (25 November 2026), Foundry has
// gpt-image-2.5-sunburst, with the qualities up to max. Not confirmed: that it has -flare, and which parameters either
// rejects there.

type AzureRow = Omit<ModelSpec, 'model'>;

/** In what OpenAI's models differ where Azure serves them. */
const onAzure = {
  ...gptImage,
  inputTypes: ['png', 'jpeg'],
  parameters: {
    ...gptImage.parameters,
    // Azure filters content by the deployment's own settings.
    moderation: 'dropped',
  },
  conditions: [{ param: 'output_compression', needs: { param: 'output_format', oneOf: ['jpeg'] } }],
  // WebP is not supported there.
  values: { output_format: ['png', 'jpeg'] },
  typicalSeconds: 30,
} as const satisfies AzureRow;

const rows: Readonly<Record<AzureModel, AzureRow>> = {
  // Transparency has been a 400 with this model since 30 September 2026.
  'gpt-image-2': {
    ...onAzure,
    editTypes: { ...onAzure.editTypes, background_removal: 'none' },
    values: { ...onAzure.values, background: ['opaque', 'auto'] },
    price: gptImage2Price,
  },
  'gpt-image-2.5-sunburst': { ...onAzure, qualities: gptImage25Qualities, price: gptImage25Price, typicalSeconds: 45 },
  'gpt-image-2.5-flare': { ...onAzure, qualities: gptImage25Qualities, price: gptImage25Price, typicalSeconds: 15 },
  'gpt-image-1.5': {
    ...onAzure,
    sizes: { kind: 'listed', sizes: ['1024x1024', '1536x1024', '1024x1536'] },
    parameters: { ...onAzure.parameters, input_fidelity: 'sent' },
    price: gptImage15Price,
  },
};

/** A row for each deployment of the stage: that of the model behind it, under the deployment's name. */
export const azureModelsOf = ({ deployments = {} }: ProviderOffer): ProviderModels => ({
  models: Object.entries(deployments).map(([model, behind]) => ({ ...rows[behind], model })),
  // A deployment is the customer's own, and named by them.
  retired: [],
});
