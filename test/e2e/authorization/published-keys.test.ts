import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PublishingIssuer, startIssuer } from './issuer.ts';
import { matrixOf } from './matrix-of.ts';
import { variant } from './principals.ts';
import { publishedKeyPrincipals, tokenPrincipals } from './token-principals.ts';
import { startWorld, type World } from './world.ts';

const names = { issuer: 'https://issuer.example', audience: 'darkroom' };
let world: World;
let issuer: PublishingIssuer;

beforeAll(async () => {
  issuer = await startIssuer(names);
  world = await startWorld({ tokens: { ...names, keys: { jwksUrl: issuer.jwksUrl } } });
});

afterAll(async () => {
  await world?.stop();
  issuer?.stop();
});

// Who comes with any stage's tokens has been asked for everything on a stage that shares its secret.
matrixOf([...tokenPrincipals(() => issuer).map(variant), ...publishedKeyPrincipals(() => issuer)], () => world);

it('asks nobody for keys but the issuer, whatever a token says', () => {
  expect(issuer.strangersRequests()).toBe(0);
});
