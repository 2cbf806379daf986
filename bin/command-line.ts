import { parseArgs } from 'node:util';

/**
 * Reads the process's command line, or exits: with the usage and 0 for `--help`, before anything is done; with the
 * error, and a line that names `--help`, and 2 where `read` throws.
 */
export function optionsOrExit<T>(usage: string, read: (args: readonly string[]) => T): T {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return read(args);
  } catch (error) {
    process.stderr.write(`${commandLineRefusal(error)}\n${helpHint}\n`);
    process.exit(2);
  }
}

/** The usage itself would push the error off the screen. */
const helpHint = '--help shows the usage.';

/** For a command without arguments. Throws for any. */
export const readNothing = (args: readonly string[]): void => void parseArgs({ args: [...args], options: {} });

/** A whole number in a range. Throws a sentence that names the option. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= min && number <= max) return number;
  throw new Error(`${option} takes a whole number from ${min} to ${max}.`);
}

/**
 * The error of a command line, in one sentence: Node's own message for an option adds advice about positional
 * arguments.
 */
export function commandLineRefusal(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  const [sentence = ''] = message.split('\n');
  const [, option = ''] = /'(?:-\w, )?(--?[^' ]*)/.exec(sentence) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `Unknown option ${option}.`;
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    const [, word = ''] = /'([^']*)'/.exec(sentence) ?? [];
    return `Unexpected argument "${word}". The options of an npm script come after \`--\`: npm start -- --port 8787.`;
  }
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return sentence;
  if (sentence.includes('does not take')) return `${option} takes no value.`;
  return `${option} takes a value${sentence.includes('ambiguous') ? ', which may not begin with a hyphen' : ''}.`;
}
