import { devNull } from 'node:os';
import type { FunctionPlan } from '../plan/functions.ts';

/**
 * A function's whole environment: the template's, what Lambda's runtime adds, and the addresses of the emulators.
 * Nothing of the host's own environment gets in, so no function can come to depend on the machine it is tried on.
 */
export function functionEnvironment(
  plan: FunctionPlan,
  taskRoot: string,
  awsEnvironment: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...plan.environment,
    ...awsEnvironment,
    // Without these the SDK would read the user's own AWS configuration, profile and endpoints included.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: `AWS_Lambda_${plan.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${plan.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_LOG_FORMAT: plan.logFormat,
    ...(plan.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: plan.logLevel }),
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    _HANDLER: plan.handler,
  };
}
