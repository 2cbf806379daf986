import { afterAll, beforeAll } from 'vitest';
import { matrixOf, siteOf } from './matrix-of.ts';
import { keyPrincipals } from './principals.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world?.stop();
});

matrixOf(keyPrincipals, () => world);

const chosen = ['nobody', 'a blocked key', "the owner's key in authorization"];
siteOf(
  keyPrincipals.filter(({ name }) => chosen.includes(name)),
  () => world,
);
