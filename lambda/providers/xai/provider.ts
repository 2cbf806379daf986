import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createImagesApi } from '../formats/images-api.ts';
import { xaiProfile } from './wire.ts';

/** xAI's Grok Imagine models. https://docs.x.ai/developers/model-capabilities/images/generation */
export const createXai = (settings: AdapterSettings): ImageProvider => createImagesApi(settings, xaiProfile);
