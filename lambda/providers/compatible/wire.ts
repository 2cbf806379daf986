import type { CompatibleServer } from '../../contract/compatible-server.ts';
import type { ImagesApiProfile } from '../formats/images-api-request.ts';

/** The wire format of a compatible server. Its models' specs decide which of the paths are called. */
export function compatibleProfile({ responseFormat = 'b64_json', imageField }: CompatibleServer): ImagesApiProfile {
  return {
    paths: { generation: '/images/generations', edit: '/images/edits', variation: '/images/variations' },
    responseFormat: responseFormat === 'none' ? undefined : responseFormat,
    images: { sentAs: 'parts', field: (images) => imageField ?? (images === 1 ? 'image' : 'image[]') },
  };
}
