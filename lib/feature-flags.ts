import { readFileSync } from 'node:fs';

/**
 * The CDK's feature flags. They stand in cdk.json alone, where the CDK's command line looks for them; reading them here
 * gives tests and the runner on one machine the very same template.
 */
export function featureFlags(): Record<string, unknown> {
  const settings: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
  );
  return settings.context;
}
