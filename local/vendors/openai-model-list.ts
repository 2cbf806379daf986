/**
 * The list of models, and one of them. Source: openai/openai-node `src/resources/models.ts` (`Model`); the message for
 * an unknown model is the one that users quote. All models have the same creation time here.
 */
import { openaiError } from './openai-errors.ts';
import { openaiModelNames } from './openai-models.ts';
import type { ReceivedRequest } from './received-request.ts';
import { jsonAnswer, type WireRoute } from './vendor-wire.ts';

const modelOf = (id: string) => ({ id, object: 'model', created: 1_776_729_600, owned_by: 'system' });

const nameIn = ({ path }: ReceivedRequest): string => decodeURIComponent(path.split('/')[2] ?? '');

export const modelList: WireRoute = {
  method: 'GET',
  path: '/models',
  operation: 'models',
  describe: () => ({}),
  plan: async (_request, { profile }) => ({
    kind: 'reply',
    answer: jsonAnswer(200, { object: 'list', data: openaiModelNames(profile.models).map(modelOf) }),
  }),
};

export const modelNamed: WireRoute = {
  method: 'GET',
  path: '/models/:model',
  operation: 'models',
  describe: (request) => ({ model: nameIn(request) }),
  plan: async (request, { profile }) => {
    const model = nameIn(request);
    if (openaiModelNames(profile.models).includes(model))
      return { kind: 'reply', answer: jsonAnswer(200, modelOf(model)) };
    const message = `The model '${model}' does not exist`;
    return { kind: 'refuse', answer: openaiError(404, { message, param: 'model', code: 'model_not_found' }) };
  },
};
