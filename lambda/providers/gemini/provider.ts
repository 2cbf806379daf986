import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createGenerateContent } from '../formats/generate-content.ts';
import { authorizeByKey, geminiProfile } from './wire.ts';

/** Google's Gemini API, which is let in by a key. https://ai.google.dev/gemini-api/docs/image-generation */
export const createGemini = (settings: AdapterSettings): ImageProvider =>
  createGenerateContent(settings, geminiProfile, authorizeByKey);
