import type { ProviderModels } from '../../planning/model-spec.ts';
import { geminiImageModels, retiredGoogleModels } from '../formats/gemini-image.ts';

/** Gemini's image models as Google's own API for developers serves them. */
export const geminiModels: ProviderModels = { models: geminiImageModels, retired: retiredGoogleModels };
