import { isCompatibleServer } from '../lambda/contract/compatible-server.ts';
import { factsOf, needsKey, type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import { resolveStage } from '../lib/stage-config.ts';
import type { StageSettings } from '../lib/stage-settings.ts';
import type { VendorSimulator } from '../local/vendors/simulator.ts';
import type { VendorProfile } from '../local/vendors/vendor-wire.ts';
import { simulatedProject } from '../local/vendors/vertex-account.ts';
import { wireByName } from '../local/vendors/wires.ts';

/**
 * The providers that a local stack may call for real, each with the environment variable of its key, named as by its
 * own tools.
 */
const keyVariables: readonly (readonly [ProviderName, string])[] = providerNames.flatMap((name) => {
  const { keyVariable } = factsOf(name);
  return keyVariable === undefined ? [] : [[name, keyVariable]];
});

/** Keys by provider; a provider with a key is called for real, and billed. The simulator serves all others. */
export type LocalProviderKeys = Readonly<Partial<Record<ProviderName, string>>>;

export function keysInEnvironment(environment: Readonly<Record<string, string | undefined>>): LocalProviderKeys {
  const found = keyVariables.map(([name, variable]) => [name, environment[variable]] as const);
  return Object.fromEntries(found.filter(([, key]) => key !== undefined && key !== ''));
}

/** The names of the variables, for the usage text. */
export const keyVariablesText = keyVariables.map(([, variable]) => variable).join(', ');

/** The simulator plays every provider in its own wire format. */
export const simulatedVendors: readonly VendorProfile[] = providerNames.map((name) => ({ name, wire: name }));

/** What the settings of a simulated provider must say besides its address. */
const simulatedSettings: Readonly<Partial<Record<ProviderName, object>>> = {
  // It has no models but its deployments.
  azure: { deployments: { 'gpt-image-2': 'gpt-image-2' } },
  vertex: { project: simulatedProject },
  // This region has all of its models.
  bedrock: { region: 'us-west-2' },
};

/** Where a simulator is, and the results of its vendors. */
export type SimulatorAddresses = Pick<VendorSimulator, 'origin' | 'resultHost'>;

/** The settings of all providers: at their own addresses where there is a key, else at the simulator. */
export function localProviders(
  { origin, resultHost }: SimulatorAddresses,
  keys: LocalProviderKeys,
): StageSettings['providers'] {
  const simulated = (name: ProviderName) => ({
    ...simulatedSettings[name],
    baseUrl: `${origin}/${name}${wireByName(name).basePath}`,
    // The simulator's results are on this machine, where a provider's address may not lead otherwise.
    resultHosts: [resultHost],
  });
  return Object.fromEntries(
    providerNames.map((name) => [name, keys[name] === undefined ? simulated(name) : {}]),
  ) as StageSettings['providers'];
}

/** The text of the key's parameter, by provider: the simulator's key, or one to try. */
export type KeyTexts = Readonly<Record<string, string | undefined>>;

/** The credentials that the simulator at an origin expects from clients of its vendors, where not any text will do. */
export async function simulatedCredentials(simulatorOrigin: string): Promise<KeyTexts> {
  return (await control<{ readonly credentials: KeyTexts }>(simulatorOrigin, 'credentials')).credentials;
}

/** The addresses of the simulator at an origin. */
export async function simulatorAddresses(origin: string): Promise<SimulatorAddresses> {
  const { host } = await control<{ readonly host: string }>(origin, 'results');
  return { origin, resultHost: host };
}

async function control<T>(simulatorOrigin: string, what: string): Promise<T> {
  const answer = await fetch(`${simulatorOrigin}/_simulator/${what}`, { signal: AbortSignal.timeout(5_000) });
  return (await answer.json()) as T;
}

/**
 * The parameters of a stage's provider keys, where a provider has one: the real one where it is known, else the given text,
 * else a made-up key.
 */
export function keyParameters(stage: StageSettings, keys: LocalProviderKeys, texts: KeyTexts): Record<string, string> {
  const { providerKeysPath, providers } = resolveStage(stage);
  const real: Readonly<Record<string, string | undefined>> = keys;
  return Object.fromEntries(
    Object.entries(providers)
      .filter(([name]) => needsKey(name))
      .map(([name, endpoint]) => [
        `${providerKeysPath}/${name}`,
        (isCompatibleServer(endpoint) ? undefined : real[name]) ?? texts[name] ?? 'sk-simulated',
      ]),
  );
}
