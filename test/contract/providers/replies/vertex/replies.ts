import { serviceAccount } from '../../../../unit/providers/vertex/google.ts';
import { subject as gemini } from '../gemini/replies.ts';
import type { Replier } from '../reply.ts';

/** Google's models answer alike wherever they are served. */
export const subject: Replier = {
  ...gemini,
  endpoint: { project: 'some-project', location: 'global' },
  credential: (origin) => serviceAccount({ token_uri: `${origin}/token` }),
};
