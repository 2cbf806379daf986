import type { Mutant } from './mutant.ts';

/** Safeguards of inputs that are named by address, each by the name that `--without` knows it by. */
export const inputSafeguards = {
  'inputs-fetched-once': {
    safeguard: 'inputs that were fetched are read from the bucket',
    file: 'application/inputs/fetch-inputs.ts',
    snippet: '  if (!addresses || addresses.isFetched) return undefined;',
    replacement: '  if (!addresses || (addresses.isFetched && job.attempts.length === 0)) return undefined;',
  },
  'inputs-before-requests': {
    safeguard: 'no request is made before its inputs are there',
    file: 'application/process/advance-job.ts',
    snippet: '        if (fetched) {',
    replacement: "        if (fetched?.next === 'go_on' && job.crashes > 99) {",
  },
  'inputs-or-nothing': {
    safeguard: 'an input that can not be had ends its job before anything is paid',
    file: 'application/inputs/fetch-one.ts',
    snippet: "  if (!stored) throw new InputRefused(param, 'not_an_image', notAnImage);",
    replacement:
      "  if (!stored) {\n    return { key: keyWithoutExtension, bytes: 0, type: 'png', width: 1, height: 1, hasAlpha: notAnImage === param };\n  }",
  },
  'inputs-of-the-ended': {
    safeguard: 'what was fetched for a job that has ended meanwhile is removed',
    file: 'application/inputs/fetch-inputs.ts',
    snippet: '    await removeIfEnded(dependencies, job, addresses);\n',
    replacement: '    if (job.crashes > 99) await removeIfEnded(dependencies, job, addresses);\n',
  },
  'keys-of-addressed-inputs': {
    safeguard: 'a deletion removes what was fetched before the rest could not be',
    file: 'application/inputs/input-keys.ts',
    snippet: '...fetchedKeys(order.addresses)]',
    replacement: '...fetchedKeys(order.addresses).slice(99)]',
  },
} as const satisfies Record<string, Mutant>;
