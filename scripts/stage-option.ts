import { wholeNumber } from '../bin/command-line.ts';

/** The options of a command that say which stage it is about, for `parseArgs`. */
export const stageOptions = {
  local: { type: 'boolean', default: false },
  port: { type: 'string' },
  stage: { type: 'string' },
} as const;

/** Their lines in a usage text, whose options take so many characters. */
export const stageUsage = (width: number): string =>
  [
    ['--local', 'the stack that npm start runs on this machine: the default'],
    ['--port', "its port, where it isn't 8787"],
    ['--stage', 'name of a deployed stage; region and credentials as for the AWS SDK (AWS_REGION, AWS_PROFILE …)'],
  ]
    .map(([option = '', meaning]) => `${option.padEnd(width)}${meaning}`)
    .join('\n');

/** Which stage a command is about: a local stack by its port, or a deployed one by its name. */
export type StageChoice = { readonly port: number } | { readonly stage: string };

interface StageValues {
  readonly local: boolean;
  readonly port?: string | undefined;
  readonly stage?: string | undefined;
}

/** Reads the options. Throws a sentence for what makes no sense. */
export function stageChoice({ local, port, stage }: StageValues): StageChoice {
  if (stage !== undefined) {
    if (local || port !== undefined)
      throw new Error("--stage selects a deployed stage: don't combine it with --local or --port.");
    if (!/^[a-z][a-z0-9-]{0,29}$/.test(stage)) throw new Error('--stage takes the name of a stage, such as main.');
    return { stage };
  }
  return { port: wholeNumber('--port', port ?? '8787', 1, 65_535) };
}
