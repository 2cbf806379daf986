import type { ImagesApiProfile } from '../formats/images-api-request.ts';

/** OpenAI's own server, whose format is shared by all that are compatible with it. */
export const openAiProfile: ImagesApiProfile = {
  // The catalogue has variations emulated by edits: their endpoint has had no model since DALL·E 2.
  paths: { generation: '/images/generations', edit: '/images/edits' },
  // Refused by all models; the answer always holds the bytes.
  responseFormat: undefined,
  images: { sentAs: 'parts', field: () => 'image[]' },
};
