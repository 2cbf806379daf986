import type { ImageProvider } from '../../domain/provider.ts';
import { createImagesApi } from '../shared/images-api.ts';
import type { ProviderSettings } from '../shared/send-request.ts';
import { togetherProfile } from './wire.ts';

/** Together's image models. https://docs.together.ai/docs/inference/images/parameters */
export const createTogether = (settings: ProviderSettings): ImageProvider => createImagesApi(settings, togetherProfile);
