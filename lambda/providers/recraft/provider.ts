import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createImagesApi } from '../formats/images-api.ts';
import { recraftProfile } from './wire.ts';

/**
 * Recraft's own API, which answers on the open connection, with addresses. https://www.recraft.ai/docs/api-reference
 */
export const createRecraft = (settings: AdapterSettings): ImageProvider => createImagesApi(settings, recraftProfile);
