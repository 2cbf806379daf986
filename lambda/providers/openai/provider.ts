import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createImagesApi } from '../formats/images-api.ts';
import { openAiProfile } from './wire.ts';

/** OpenAI's image API. https://platform.openai.com/docs/api-reference/images */
export const createOpenAi = (settings: AdapterSettings): ImageProvider => createImagesApi(settings, openAiProfile);
