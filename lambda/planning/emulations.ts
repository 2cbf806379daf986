import type { EditType, ImageParameters, Operation } from '../domain/generation.ts';
import type { Support } from '../domain/model.ts';
import type { ModelSpec } from './model-spec.ts';

/** How an operation or a type of edit is emulated by another one, for models whose spec says `emulated`. */
export interface Emulation {
  /** The operation that the provider is called with instead. */
  readonly operation: Operation;
  readonly editType?: EditType;
  /** The prompt to send, from the caller's. */
  readonly prompt: (given: string | undefined) => string;
  /**
   * Parameters without which it would be something else. The first of several values is taken unless the caller has
   * another.
   */
  readonly parameters?: { readonly [Name in keyof ImageParameters]?: readonly NonNullable<ImageParameters[Name]>[] };
  /** The text of the warning: "… has no … of its own; …". */
  readonly made: string;
  /** What a model must take for it to work. */
  readonly isPossible: (row: ModelSpec) => boolean;
}

const takesTransparency = ({ parameters, values }: ModelSpec): boolean =>
  parameters.background === 'sent' && (values?.background?.includes('transparent') ?? true);

export const emulations: Readonly<Partial<Record<Operation | EditType, Emulation>>> = {
  variation: {
    operation: 'edit',
    prompt: (given) =>
      given ??
      'Make a new variation of this image: the same subject, style, mood and colours, with a fresh composition and details of its own.',
    made: 'an image edit was made instead',
    isPossible: ({ operations }) => operations.edit !== 'none',
  },
  outpainting: {
    operation: 'edit',
    editType: 'inpainting',
    prompt: (given) =>
      given ??
      'Extend this picture beyond its edges: continue its scenery, light, colours and style into the empty area without a seam, and leave what is there as it is.',
    made: 'the image was placed on a larger canvas, whose empty area a masked edit filled instead',
    isPossible: ({ mask, editTypes }) => mask !== 'none' && editTypes.inpainting === 'native',
  },
  background_removal: {
    operation: 'edit',
    prompt: (given) =>
      [
        'Remove the background and leave it fully transparent. Keep the subject exactly as it is: its shape, colours, details and place in the picture, with clean edges, and add nothing.',
        ...(given === undefined ? [] : [given]),
      ].join(' '),
    parameters: { background: ['transparent'], output_format: ['png', 'webp'] },
    made: 'an image edit with a transparent background was made instead, which may change the subject',
    isPossible: (row) => row.operations.edit !== 'none' && takesTransparency(row),
  },
};

/** How a model serves an operation, or a type of edit. */
export function supportOf(row: ModelSpec, operation: Operation, editType: EditType | undefined): Support {
  const support = editType === undefined ? row.operations[operation] : row.editTypes[editType];
  // An emulation needs a recipe, and a model that can follow it; without them the row promises more than there is.
  const isEmulable = emulations[editType ?? operation]?.isPossible(row) ?? false;
  return support === 'emulated' && !isEmulable ? 'none' : support;
}
