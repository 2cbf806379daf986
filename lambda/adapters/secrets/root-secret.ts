import { hkdfSync } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The uses of the stage's root secret. Each has a derived key of its own, which reveals nothing about the others. */
export type KeyPurpose = 'link-signing' | 'job-ids' | 'answer-ids';

export interface RootSecret {
  /** The 32-byte key for a purpose. Throws where the secret can't be read; the next call tries again. */
  keyFor(purpose: KeyPurpose): Promise<Uint8Array>;
}

/** A generated secret has at least this many characters; a shorter one was put there by mistake. */
const minCharacters = 32;

/** Reads the secret when it is first needed and keeps it for the container's life: it never changes under a stage. */
export function createRootSecret(client: SecretsManagerClient, settings: { readonly secretId: string }): RootSecret {
  let reading: Promise<string> | undefined;

  async function read(): Promise<string> {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: settings.secretId }));
    if (SecretString === undefined || SecretString.length < minCharacters) {
      throw new Error(`The root secret must be text of at least ${minCharacters} characters.`);
    }
    return SecretString;
  }

  return {
    async keyFor(purpose) {
      reading ??= read();
      try {
        return new Uint8Array(hkdfSync('sha256', await reading, '', `darkroom/v1/${purpose}`, 32));
      } catch (error) {
        reading = undefined;
        throw error;
      }
    },
  };
}
