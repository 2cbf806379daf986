import { afterAll, beforeAll } from 'vitest';
import { type Issuer, sharedIssuer } from './issuer.ts';
import { matrixOf, siteOf } from './matrix-of.ts';
import { keyPrincipals } from './principals.ts';
import { tokenPrincipals } from './token-principals.ts';
import { startWorld, type World } from './world.ts';

/** As the local stage has them. */
const names = { issuer: 'darkroom-local', audience: 'darkroom-local' };
let world: World;
let issuer: Issuer;

beforeAll(async () => {
  world = await startWorld();
  issuer = sharedIssuer(names, await world.secret('TokenSecretArn'));
});

afterAll(async () => {
  await world?.stop();
});

const principals = [...keyPrincipals, ...tokenPrincipals(() => issuer)];
matrixOf(principals, () => world);

const chosen = ['nobody', 'a blocked key', "the owner's key", 'an admin'];
siteOf(
  principals.filter(({ name }) => chosen.includes(name)),
  () => world,
);
