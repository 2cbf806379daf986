import { geminiImageModels, retiredGoogleModels } from '../shared/gemini-image.ts';
import type { ModelShelf } from '../shared/model-row.ts';

/** Gemini's image models as Google's own API for developers serves them. */
export const geminiShelf: ModelShelf = { models: geminiImageModels, retired: retiredGoogleModels };
