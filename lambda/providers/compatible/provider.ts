import type { CompatibleServer } from '../../contract/compatible-server.ts';
import type { ImageProvider } from '../../domain/provider.ts';
import type { SendRequest } from '../../domain/send-request.ts';
import { createImagesApi } from '../formats/images-api.ts';
import { compatibleProfile } from './wire.ts';

/** A self-hosted server with OpenAI's images API. */
export const createCompatible = (server: CompatibleServer, send: SendRequest): ImageProvider =>
  createImagesApi({ baseUrl: server.baseUrl, send }, compatibleProfile(server));
