import { z } from 'zod';
import type { ResourceReader } from './resource-reader.ts';

const generateSecretString = z.object({
  PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

/** Secrets Manager's parameters for generating a secret. */
export type GenerateSecretString = z.infer<typeof generateSecretString>;

/** A secret: given in the template, made up from a recipe, or (with neither) without a value. */
export interface SecretPlan {
  readonly name: string;
  readonly arn: string;
  readonly value: string | undefined;
  readonly generate: GenerateSecretString | undefined;
}

/** A plain String or StringList parameter. Templates never contain SecureString values. */
export interface ParameterPlan {
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
}

/** Reads the secrets. */
export function planSecrets(reader: ResourceReader): SecretPlan[] {
  const schema = z.object({
    SecretString: z.string().optional(),
    GenerateSecretString: generateSecretString.optional(),
  });
  return reader.each(['AWS::SecretsManager::Secret'], schema).map(({ logicalId, name, properties }) => ({
    name,
    arn: reader.names.attribute(logicalId, 'Arn'),
    value: properties.SecretString,
    generate: properties.GenerateSecretString,
  }));
}

/** Reads the parameters. */
export function planSsmParameters(reader: ResourceReader): ParameterPlan[] {
  const schema = z.object({ Type: z.enum(['String', 'StringList']), Value: z.string() });
  return reader
    .each(['AWS::SSM::Parameter'], schema)
    .map(({ name, properties }) => ({ name, type: properties.Type, value: properties.Value }));
}
