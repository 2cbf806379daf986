import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { listModels, type ModelsOfStage } from '../../application/serve/list-models.ts';
import { showModel } from '../../application/serve/show-model.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { type Answer, jsonResponse } from '../../http/answer/api-response.ts';
import { modelBody, modelListBody } from '../../http/model-list.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerModelQueryDependencies {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
  readonly catalog: ModelsOfStage;
}

/** The whole way of a request for the models that a key may use, or for the one that the path names. Throws what its steps throw. */
export const answerModelQuery =
  ({ authentication, sha256, catalog }: AnswerModelQueryDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const { providers } = await authenticate(authentication, credentialOf(request, sha256));
    const { model } = request.pathParameters;
    const value =
      model === undefined
        ? modelListBody(listModels(catalog, providers))
        : modelBody(showModel(catalog, providers, model));
    return jsonResponse(200, request.requestId, { value });
  };
