import { signedRequest } from '../../lambda/adapters/outgoing/signed-request.ts';
import { createAwsSigner } from '../../lambda/adapters/secrets/aws-signer.ts';
import type { SignRequest } from '../../lambda/domain/ports.ts';
import type { SendRequest } from '../../lambda/domain/send-request.ts';

/** Credentials as a role has them: long and odd enough that none of them can be anywhere by chance. */
export const roleCredentials = {
  accessKeyId: 'ASIATESTROLE7Q3XK2LM',
  secretAccessKey: 'secret/9f1c+e07a3bd24d68c51b8f6a27e0d9c4',
  sessionToken: 'token//IQoJb3JpZ2luX2VjEJr7c41f2be9d3a8e0576',
} as const;

/** Signs as the role whose credentials these are. */
const signAsRole: SignRequest = createAwsSigner({
  service: 'bedrock',
  credentials: async () => roleCredentials,
});

/** Sends requests signed as that role, for a region. */
export const sentAsRole =
  (send: SendRequest) =>
  (region: string): SendRequest =>
    signedRequest(send, signAsRole, region);
