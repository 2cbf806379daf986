/**
 * The images of Google's Gemini API. Sources: ai.google.dev/gemini-api/docs/image-generation and /api/generate-content.
 */
import { checkKey, geminiError, geminiFailure } from './gemini-errors.ts';
import { generateContent, modelOf } from './generate-content.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { VendorWire } from './vendor-wire.ts';

const keyOf = (headers: ReceivedRequest['headers']): string | undefined => {
  const key = headers['x-goog-api-key'];
  return typeof key === 'string' ? key : undefined;
};

const notFound = (request: ReceivedRequest) =>
  geminiError(
    404,
    `models/${modelOf(request)} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  );

export const gemini: VendorWire = {
  name: 'gemini',
  basePath: '/v1beta',
  // The default base path of Google's own client.
  otherBasePaths: ['/v1'],
  routes: [
    generateContent({ path: '/models/:call', notFound, rules: { imageConfig: [], pictureAlone: true, role: false } }),
  ],
  authorize: ({ headers }) => checkKey(keyOf(headers)),
  credential: keyOf,
  notFound,
  failure: geminiFailure,
  headers: (elapsedMilliseconds) => ({ 'server-timing': `gfet4t7; dur=${Math.round(elapsedMilliseconds)}` }),
};
