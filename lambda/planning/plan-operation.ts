import { ProviderFailure } from '../domain/failure.ts';
import type { EditType, ImageParameters, Operation, Submission, Warning } from '../domain/generation.ts';
import { type Emulation, emulations, supportOf } from './emulations.ts';
import type { ModelSpec } from './model-spec.ts';

export interface PlannedOperation {
  readonly operation: Operation;
  readonly editType?: EditType;
  readonly prompt: string;
  readonly parameters: ImageParameters;
  readonly warnings: readonly Warning[];
}

/**
 * Plans the operation to call a model with, which for an emulated operation isn't the submission's own. Throws
 * ProviderFailure `unsupported`.
 */
export function planOperation(row: ModelSpec, submission: Submission): PlannedOperation {
  const { operation, editType, prompt, parameters } = submission;
  const support = supportOf(row, operation, editType);
  const emulation = emulations[editType ?? operation];
  if (support === 'none') {
    const message = `${row.model} does not serve ${editType ?? `an image ${operation}`}.`;
    throw new ProviderFailure('unsupported', message, editType === undefined ? {} : { param: 'type' });
  }
  if (support === 'native' || !emulation) {
    const { takesPrompt = true } = row;
    return {
      operation,
      ...(editType === undefined ? {} : { editType }),
      // A type of edit that needs no prompt comes without one.
      prompt: takesPrompt ? (prompt ?? '') : '',
      parameters,
      warnings: takesPrompt || prompt === undefined ? [] : [promptLeftOut(row)],
    };
  }
  const fixed = fixedParameters(row, emulation, parameters);
  const lacking = editType?.replaceAll('_', ' ') ?? `image ${operation}`;
  const message = `${row.model} has no native ${lacking}; ${emulation.made}.`;
  return {
    operation: emulation.operation,
    ...(emulation.editType === undefined ? {} : { editType: emulation.editType }),
    prompt: emulation.prompt(prompt),
    parameters: { ...parameters, ...fixed.parameters },
    warnings: [{ code: 'emulated', message }, ...fixed.warnings],
  };
}

const promptLeftOut = ({ model }: ModelSpec): Warning => ({
  code: 'param_dropped',
  param: 'prompt',
  message: `${model} takes no prompt; it was left out.`,
});

/** The parameters that an emulation can't do without, with a warning for each value of the caller's that gives way. */
function fixedParameters(row: ModelSpec, emulation: Emulation, given: ImageParameters) {
  const entries = Object.entries(emulation.parameters ?? {}) as [keyof ImageParameters, readonly string[]][];
  const chosen = entries.map(([param, allowed]) => {
    const asked = given[param];
    const usable = allowed.filter((value) => row.values?.[param]?.includes(value) ?? true);
    const value = usable.find((each) => each === asked) ?? usable[0];
    const warnings: Warning[] =
      asked === undefined || asked === value
        ? []
        : [
            {
              code: 'param_mapped',
              param,
              message: `\`${param}\` was changed to \`${value}\`, which transparency requires.`,
            },
          ];
    return { entry: [param, value] as const, warnings };
  });
  return {
    parameters: Object.fromEntries(chosen.map(({ entry }) => entry)) as ImageParameters,
    warnings: chosen.flatMap(({ warnings }) => warnings),
  };
}
