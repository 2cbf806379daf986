import type { ImageProvider } from '../../domain/provider.ts';
import { createImagesApi } from '../shared/images-api.ts';
import type { ProviderSettings } from '../shared/send-request.ts';
import { openAiProfile } from './wire.ts';

/** OpenAI's image API. https://platform.openai.com/docs/api-reference/images */
export const createOpenAi = (settings: ProviderSettings): ImageProvider => createImagesApi(settings, openAiProfile);
