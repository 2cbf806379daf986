import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { FunctionName } from '../lambda/contract/environment.ts';
import { acknowledgeFindings } from './acknowledgements.ts';
import { stackNameOf } from './construct-ids.ts';
import { DarkroomStack } from './darkroom-stack.ts';
import { featureFlags } from './feature-flags.ts';
import { resolveStage } from './stage-config.ts';
import type { StageSettings } from './stage-settings.ts';

/** What the app is made from. */
export interface AppProps {
  /** The stage to build; its rules are checked first. */
  readonly stage: StageSettings;
  /** The bundle of each function; inline code does where nothing is run. */
  readonly codeFor: (name: FunctionName) => lambda.Code;
  /**
   * The folder for the cloud assembly.
   * @default - that of the CDK's command line, else a new temporary folder
   */
  readonly outdir?: string;
}

/**
 * The CDK app of one stage, as it is deployed, tested and run locally. Synthesis fails where cdk-nag has an
 * unacknowledged finding. Throws where the stage's settings can't work.
 */
export function createApp({ stage, codeFor, outdir }: AppProps): App {
  const config = resolveStage(stage);
  const app = new App({
    analyticsReporting: false,
    context: featureFlags(),
    ...(outdir === undefined ? {} : { outdir }),
  });
  const stack = new DarkroomStack(app, stackNameOf(config.name), {
    description: `Darkroom, stage ${config.name}: an asynchronous image-generation gateway.`,
    stage: config,
    codeFor,
    serviceVersion: packageVersion(),
    terminationProtection: config.deletionProtection,
  });
  acknowledgeFindings(stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}

function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
