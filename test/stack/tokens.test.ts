import { describe, expect, it } from 'vitest';
import { type FunctionName, functionNames, functionVariables } from '../../lambda/contract/environment.ts';
import { signingAlgorithms } from '../../lambda/contract/token-settings.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import type { StageTokens } from '../../lib/token-settings.ts';
import { statementLines } from './role-statements.ts';
import { constructName, plainStage, readable, type SynthesizedStage, synthesizeStage } from './synthesized-stage.ts';

const jwksUrl = 'https://login.example.com/jwks.json';
const issuer = 'https://login.example.com/';
const published: StageTokens = { issuer, audience: 'darkroom', keys: { jwksUrl } };
const shared: StageTokens = { issuer: 'darkroom-main', audience: 'darkroom-main', keys: 'shared_secret' };

const secretReaders = ({ stage }: { stage: SynthesizedStage }): FunctionName[] =>
  functionNames.filter((name) =>
    statementLines(stage, name).some(({ resources }) => resources.includes('<TokensSecret>')),
  );

const tokensOf = (stage: SynthesizedStage, name: FunctionName): string =>
  readable(stage.one('AWS::Lambda::Function', constructName(name)).Environment.Variables.TOKENS);

const takers = functionNames.filter((name) => (functionVariables[name] as readonly string[]).includes('TOKENS'));

describe('a stage without tokens', () => {
  const stage = synthesizeStage();

  it('says so to the functions that tell who calls, and has no secret for them', () => {
    expect(takers).toEqual(
      expect.arrayContaining(['submit-job', 'get-job', 'cancel-job', 'delete-job', 'list-models']),
    );
    for (const name of takers) expect(tokensOf(stage, name)).toBe('none');
    expect(secretReaders({ stage })).toEqual([]);
    expect(stage.outputs.TokenSettings?.Value).toBe('none');
    expect(stage.outputs.TokenSecretArn).toBeUndefined();
  });
});

describe('a stage whose issuer publishes its keys', () => {
  const stage = synthesizeStage({ tokens: published });

  it('tells its functions issuer, audience, address, algorithms and claims, and has no secret for them', () => {
    const expected = {
      virtualKeyClaim: 'darkroom_key',
      adminClaim: { name: 'darkroom_role', value: 'admin' },
      issuer,
      audience: 'darkroom',
      keys: { jwksUrl, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    };
    for (const name of takers) expect(JSON.parse(tokensOf(stage, name))).toEqual(expected);
    expect(secretReaders({ stage })).toEqual([]);
    expect(stage.outputs.TokenSecretArn).toBeUndefined();
  });
});

describe('a stage that shares a secret with its issuer', () => {
  const stage = synthesizeStage({ tokens: shared });

  it('makes the secret, which just the functions that tell who calls can read', () => {
    expect(stage.one('AWS::SecretsManager::Secret', 'TokensSecret').GenerateSecretString).toMatchObject({
      PasswordLength: 64,
      ExcludePunctuation: true,
    });
    expect(secretReaders({ stage })).toEqual(takers);
  });

  it('tells its functions where it is, and operators', () => {
    for (const name of takers) expect(JSON.parse(tokensOf(stage, name)).keys).toEqual({ secretArn: '<TokensSecret>' });
    expect(readable(stage.outputs.TokenSecretArn?.Value)).toBe('<TokensSecret>');
    expect(readable(stage.outputs.TokenSettings?.Value)).toBe(tokensOf(stage, 'get-job'));
  });
});

const refusals = (tokens: unknown): string => {
  try {
    resolveStage({ ...plainStage, tokens: tokens as StageTokens });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the rules for tokens', () => {
  it.each([
    published,
    shared,
    { ...published, keys: { jwksUrl: 'http://127.0.0.1:4000/jwks' } },
    { ...published, keys: { jwksUrl, algorithms: signingAlgorithms } },
    { ...published, virtualKeyClaim: 'sub', adminClaim: { name: 'scope', value: 'darkroom:admin' } },
    { ...published, adminClaim: { name: 'https://example.com/roles', value: 'admin' } },
  ])('allow %j', (tokens) => {
    expect(refusals(tokens)).toBe('');
  });

  it.each([
    ['tokens.issuer', { ...published, issuer: '' }],
    ['tokens.issuer', { audience: 'a', keys: 'shared_secret' }],
    ['tokens.audience', { ...published, audience: 'x'.repeat(257) }],
    ['tokens.audience', { ...published, audience: 'a b' }],
    ['tokens.virtualKeyClaim', { ...published, virtualKeyClaim: 'a\nb' }],
    ['tokens.adminClaim.name', { ...published, adminClaim: { value: 'admin' } }],
    ['tokens.adminClaim.value', { ...published, adminClaim: { name: 'role', value: '' } }],
    ['the claim aud', { ...published, virtualKeyClaim: 'aud' }],
    ['the claim iss', { ...published, adminClaim: { name: 'iss', value: issuer } }],
    ['are both role', { ...published, virtualKeyClaim: 'role', adminClaim: { name: 'role', value: 'admin' } }],
    ['tokens.keys.jwksUrl', { ...published, keys: { jwksUrl: 'http://login.example.com/jwks' } }],
    ['tokens.keys.jwksUrl', { ...published, keys: { jwksUrl: 'http://localhost/jwks' } }],
    ['tokens.keys.jwksUrl', { ...published, keys: { jwksUrl: 'https://me:secret@login.example.com/jwks' } }],
    ['tokens.keys.jwksUrl', { ...published, keys: { jwksUrl: 'login.example.com/jwks' } }],
    ['tokens.keys.jwksUrl', { ...published, keys: {} }],
    ['tokens.keys.algorithms', { ...published, keys: { jwksUrl, algorithms: [] } }],
    ['tokens.keys.algorithms', { ...published, keys: { jwksUrl, algorithms: ['HS256'] } }],
    ['tokens.keys.algorithms', { ...published, keys: { jwksUrl, algorithms: ['RS256', 'none'] } }],
    ["{ jwksUrl } or 'shared_secret'", { ...published, keys: 'secret' }],
  ])('refuse, with %s in the sentence, %j', (words, tokens) => {
    expect(refusals(tokens)).toContain(words);
  });
});
