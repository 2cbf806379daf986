import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SignJWT } from 'jose';
import { optionsOrExit } from '../bin/command-line.ts';
import { outputOf } from '../bin/local-clients.ts';
import type { TokenSettings } from '../lambda/contract/token-settings.ts';
import { findKey } from './find-key.ts';
import { type FoundStage, findStage } from './find-stage.ts';
import { readTokenOptions, type TokenPurpose, usage } from './token-options.ts';

/** The settings of a stage that shares its secret with a token issuer, such as this command. */
type SharedSettings = TokenSettings & { readonly keys: { readonly secretArn: string } };

async function main(): Promise<void> {
  const { purpose, minutes, choice } = optionsOrExit(usage, readTokenOptions);
  const stage = await findStage(choice);
  const settings = sharedSettings(stage);
  const claims = await claimsFor(purpose, stage, settings);
  const secret = new TextEncoder().encode(await readSecret(stage, settings.keys.secretArn));
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .setIssuedAt()
    .setExpirationTime(`${minutes} minutes`)
    .sign(secret);
  const bearer = 'key' in purpose ? `the virtual key ${purpose.key}` : `the admin "${purpose.subject}"`;
  process.stderr.write(`For ${bearer}, on ${stage.title}, good for ${minutes} minutes:\n`);
  process.stdout.write(`${token}\n`);
}

function sharedSettings(stage: FoundStage): SharedSettings {
  const text = outputOf(stage, 'TokenSettings');
  if (text === 'none') throw new Error(`${stage.title} accepts no tokens: the setting tokens enables them.`);
  const settings = JSON.parse(text) as TokenSettings;
  if (!('secretArn' in settings.keys)) {
    throw new Error(`Tokens for ${stage.title} come from their issuer, ${settings.issuer}: only it can sign them.`);
  }
  return settings as SharedSettings;
}

async function claimsFor(purpose: TokenPurpose, stage: FoundStage, settings: SharedSettings) {
  const { adminClaim, virtualKeyClaim } = settings;
  if ('subject' in purpose) return { sub: purpose.subject, [adminClaim.name]: adminClaim.value };
  // By its id: another key may get the name one day.
  return { [virtualKeyClaim]: (await findKey(stage, purpose.key)).id };
}

async function readSecret(stage: FoundStage, secretArn: string): Promise<string> {
  const client = new SecretsManagerClient(stage.clientSettings('SECRETS_MANAGER'));
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (SecretString === undefined) throw new Error('The token secret contains no text.');
    return SecretString;
  } finally {
    client.destroy();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
