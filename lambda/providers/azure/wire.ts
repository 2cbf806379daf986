import type { ImageRequest } from '../../domain/generation.ts';
import type { ImagesApiProfile } from '../formats/images-api-request.ts';

/**
 * Azure has two URL styles: `/openai/v1/images/…` with the deployment in the body, and the older one with the
 * deployment in the path. Only the older is documented for edits as well as for generations, and the AzureOpenAI client
 * of OpenAI's own SDKs uses it, so both operations use it, with the API version of the example on the page on edits.
 * https://learn.microsoft.com/azure/foundry/openai/how-to/dall-e
 */
const apiVersion = '2025-04-01-preview';

const pathTo =
  (endpoint: string) =>
  ({ model }: ImageRequest): string =>
    `/deployments/${encodeURIComponent(model)}/images/${endpoint}?api-version=${apiVersion}`;

/** OpenAI's format at Azure. There are no variations (404). */
export const azureProfile: ImagesApiProfile = {
  paths: { generation: pathTo('generations'), edit: pathTo('edits') },
  credential: (apiKey) => ({ 'api-key': apiKey }),
  // Not supported; the answer always holds the bytes.
  responseFormat: undefined,
  images: { sentAs: 'parts', field: () => 'image[]' },
};
