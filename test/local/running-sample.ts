import { setTimeout as delay } from 'node:timers/promises';
import { type LocalStack, startLocalStack } from '../../local/start.ts';
import { defineSample, type SampleAssembly, synthesizeSample } from './sample-stack.ts';

/** The sample stack, running, with everything it has logged. */
export interface RunningSample {
  readonly stack: LocalStack;
  readonly lines: readonly string[];
  /** Waits (ten seconds at the most) for log lines that match, and gives them once there are enough. */
  waitForLines(pattern: RegExp, count?: number): Promise<string[]>;
  stop(): Promise<void>;
}

/** Synthesises the sample stack and starts it. */
export async function startSample(): Promise<RunningSample> {
  const assembly = synthesizeSample(defineSample);
  const running = await startAssembly(assembly);
  return {
    ...running,
    async stop() {
      await running.stop();
      assembly.dispose();
    },
  };
}

/** Starts an assembly that stays when the stack stops. */
async function startAssembly(assembly: SampleAssembly, dataDirectory?: string): Promise<RunningSample> {
  const lines: string[] = [];
  const stack = await startLocalStack({
    assemblyDirectory: assembly.directory,
    port: 0,
    secureParameters: { '/keys/one': 'secure value' },
    log: (line) => lines.push(line),
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });
  return {
    stack,
    lines,
    async waitForLines(pattern, count = 1) {
      for (const giveUpAt = Date.now() + 90_000; Date.now() < giveUpAt; await delay(20)) {
        const found = lines.filter((line) => pattern.test(line));
        if (found.length >= count) return found;
      }
      throw new Error(`No ${count} lines match ${pattern} in:\n${lines.join('\n')}`);
    },
    stop: () => stack.stop(),
  };
}

/** What an AWS SDK client needs to reach one of the stack's stores. */
export function clientFor(stack: LocalStack, service: 'S3' | 'SQS' | 'DYNAMODB' | 'SSM' | 'SECRETS_MANAGER') {
  const { awsEnvironment } = stack;
  return {
    region: awsEnvironment.AWS_REGION ?? '',
    endpoint: awsEnvironment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    credentials: {
      accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: awsEnvironment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
}
