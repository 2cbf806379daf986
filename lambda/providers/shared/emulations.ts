import type { EditType, Operation } from '../../domain/generation.ts';
import type { Support } from '../../domain/model.ts';
import type { ModelRow } from './model-row.ts';

/** How an operation is made of another one where a row says `emulated`. */
export const emulations: Readonly<
  Partial<Record<Operation, { readonly operation: Operation; readonly prompt: string }>>
> = {
  variation: {
    operation: 'edit',
    prompt:
      'Make a new variation of this image: the same subject, style, mood and colours, with a fresh composition and details of its own.',
  },
};

/** How a model serves an operation, or a type of edit. */
export function supportOf(row: ModelRow, operation: Operation, editType: EditType | undefined): Support {
  const support = editType === undefined ? row.operations[operation] : row.editTypes[editType];
  // An emulation needs a recipe; without one the row promises more than there is.
  const isEmulable = editType === undefined && emulations[operation] !== undefined;
  return support === 'emulated' && !isEmulable ? 'none' : support;
}
