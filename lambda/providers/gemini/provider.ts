import type { ImageProvider } from '../../domain/provider.ts';
import { createGenerateContent } from '../shared/generate-content.ts';
import type { ProviderSettings } from '../shared/send-request.ts';
import { authorizeByKey, geminiProfile } from './wire.ts';

/** Google's Gemini API, which is let in by a key. https://ai.google.dev/gemini-api/docs/image-generation */
export const createGemini = (settings: ProviderSettings): ImageProvider =>
  createGenerateContent(settings, geminiProfile, authorizeByKey);
