import { type GetImageDependencies, getImage } from '../../application/serve/get-image.ts';
import { type Answer, redirectResponse } from '../../http/answer/api-response.ts';
import { readImageLink } from '../../http/image-link.ts';
import { readApiRequest } from '../../http/request/api-request.ts';

/** The whole way of a signed link, which redirects to the image's storage address. Throws what its steps throw. */
export const answerImageLink =
  (dependencies: GetImageDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const address = await getImage(dependencies, readImageLink(request), request.isHead ? 'HEAD' : 'GET');
    return redirectResponse(request.requestId, address);
  };
