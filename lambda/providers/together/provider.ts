import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createImagesApi } from '../formats/images-api.ts';
import { togetherProfile } from './wire.ts';

/** Together's image models. https://docs.together.ai/docs/inference/images/parameters */
export const createTogether = (settings: AdapterSettings): ImageProvider => createImagesApi(settings, togetherProfile);
