import { endpointsOf } from './provider-settings.ts';
import { stageDefaults } from './stage-defaults.ts';
import { brokenRules } from './stage-rules.ts';
import type { StageConfig, StageSettings } from './stage-settings.ts';
import { resolveTokens } from './token-settings.ts';

/** Fills in the defaults. Throws one error that names every setting at fault, in a plain sentence each. */
export function resolveStage(settings: StageSettings): StageConfig {
  const config: StageConfig = {
    ...stageDefaults,
    providerKeysPath: `/darkroom/${settings.name}/providers`,
    passThroughOwner: undefined,
    alarmTopicArn: undefined,
    ...settings,
    // A server can't take the place of a provider: the rules refuse its name.
    providers: { ...endpointsOf(settings.providers), ...settings.compatibleServers },
    tokens: settings.tokens && resolveTokens(settings.tokens),
  };
  const broken = brokenRules(config);
  if (broken.length > 0) {
    throw new Error(
      `The settings of stage "${settings.name}" are invalid:\n${broken.map((why) => `- ${why}`).join('\n')}`,
    );
  }
  return config;
}
