/**
 * Gemini's images on Vertex AI, and its token services. Sources besides those of `generate-content.ts`:
 * docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-generation (both modalities are required) and
 * /reference/rest/v1/GenerationConfig (`imageOutputOptions`). All of Google's hosts are one here, distinguished by
 * paths.
 */
import { geminiError, geminiFailure } from './gemini-errors.ts';
import { generateContent } from './generate-content.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { VendorWire, WireAnswer } from './vendor-wire.ts';
import { serviceAccountFile, simulatedProject } from './vertex-account.ts';
import { tokenRoutes } from './vertex-grants.ts';
import { isGood } from './vertex-tokens.ts';

const bearerOf = (headers: ReceivedRequest['headers']): string | undefined =>
  /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];

/** A client that requests a token has none yet. */
const openPaths: readonly string[] = ['/token', '/sts/token'];

function authorize({ path, headers }: ReceivedRequest): WireAnswer | undefined {
  if (openPaths.includes(path)) return undefined;
  const use = path.startsWith('/projects/-/serviceAccounts/') ? 'federated' : 'access';
  if (isGood(bearerOf(headers) ?? '', use)) return undefined;
  return geminiError(
    401,
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  );
}

/** `/projects/{project}/locations/{location}/publishers/google/models/{model}:generateContent` */
const resourceOf = ({ path }: ReceivedRequest): string => decodeURIComponent(path.slice(1).split(':')[0] ?? '');

const notFound = (request: ReceivedRequest): WireAnswer =>
  geminiError(
    404,
    `Publisher Model \`${resourceOf(request)}\` was not found or your project does not have access to it. Please ensure you are using a valid model version.`,
  );

/** The models are in one project, which may use them, and at one location. */
function refusal(request: ReceivedRequest): WireAnswer | undefined {
  const [, , project, , location] = request.path.split('/');
  if (project !== simulatedProject) {
    return geminiError(
      403,
      `Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/${resourceOf(request)}' (or it may not exist).`,
    );
  }
  return location === 'global' ? undefined : notFound(request);
}

export const vertex: VendorWire = {
  name: 'vertex',
  basePath: '/v1',
  // The default base path of Google's own client.
  otherBasePaths: ['/v1beta1'],
  routes: [
    generateContent({
      path: '/projects/:project/locations/:location/publishers/google/models/:call',
      notFound,
      refusal,
      rules: {
        imageConfig: ['imageOutputOptions', 'personGeneration', 'prominentPeople'],
        pictureAlone: false,
        role: true,
      },
    }),
    ...tokenRoutes,
  ],
  authorize,
  clientCredential: serviceAccountFile,
  credential: bearerOf,
  notFound,
  failure: geminiFailure,
  headers: () => ({ 'x-vertex-ai-llm-request-type': 'shared' }),
};
