/** What a field may hold. */
export type FieldRule =
  | 'text'
  | 'flag'
  | 'number'
  | 'image'
  | { readonly images: number }
  | { readonly from: number; readonly to: number }
  | 'pair'
  | readonly string[];

export interface ReplicateModel {
  readonly fields: Readonly<Record<string, FieldRule>>;
  readonly needs: readonly string[];
  /** Its output is one address, not a list of them. */
  readonly single?: boolean;
  /** Its drawing, for models other than text-to-image and edits. */
  readonly draws?: 'variation' | 'cutout' | 'fill' | 'expansion';
}
