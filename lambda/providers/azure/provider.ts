import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createImagesApi } from '../formats/images-api.ts';
import { azureProfile } from './wire.ts';

/** OpenAI's image models as a customer has deployed them on Azure. Its key is the resource's, not an Entra token. */
export const createAzure = (settings: AdapterSettings): ImageProvider => createImagesApi(settings, azureProfile);
