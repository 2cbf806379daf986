import type { ImageProvider } from '../../domain/provider.ts';
import { createImagesApi } from '../shared/images-api.ts';
import type { ProviderSettings } from '../shared/send-request.ts';
import { xaiProfile } from './wire.ts';

/** xAI's Grok Imagine models. https://docs.x.ai/developers/model-capabilities/images/generation */
export const createXai = (settings: ProviderSettings): ImageProvider => createImagesApi(settings, xaiProfile);
