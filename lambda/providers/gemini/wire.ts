import type { Authorize } from '../formats/generate-content.ts';
import type { GenerateContentProfile } from '../formats/generate-content-request.ts';

/** `generateContent` as the Gemini API has it. https://ai.google.dev/gemini-api/docs/image-generation */
export const geminiProfile: GenerateContentProfile = {
  path: (model) => `/models/${encodeURIComponent(model)}:generateContent`,
  responseModalities: ['IMAGE'],
};

export const authorizeByKey: Authorize = ({ apiKey }) => ({
  headers: { 'x-goog-api-key': apiKey },
  secrets: apiKey,
});
