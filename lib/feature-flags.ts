import { readFileSync } from 'node:fs';

/**
 * The CDK's feature flags. They are declared in cdk.json alone, where the CDK's command line reads them; reading them
 * here gives tests and the local runner the very same template.
 */
export function featureFlags(): Record<string, unknown> {
  const settings: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
  );
  return settings.context;
}
