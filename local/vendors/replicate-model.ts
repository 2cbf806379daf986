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
  /** What it draws, where that isn't a picture from words or an edit. */
  readonly draws?: 'variation' | 'cutout' | 'fill' | 'expansion';
}
