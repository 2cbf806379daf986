import type { Billed, FailureKind } from '../../../../lambda/domain/failure.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

/** One reply of a provider's, in a form that was seen in public, with a body of our own making. */
export interface Reply {
  readonly name: string;
  /** Where its form was seen; `assumed` where it is only like what was. */
  readonly source: string;
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON, or a text as it is. `ORIGIN` stands for where the provider is, which has pictures at every address. */
  readonly body: unknown;
  /** How many images are asked for. @default 1 */
  readonly n?: number;
  readonly becomes: Outcome;
}

type Outcome =
  | { readonly images: number; readonly warnings?: readonly string[]; readonly revisedPrompt?: string }
  | { readonly kind: FailureKind; readonly billed: Billed; readonly message?: string; readonly param?: string };

export const picture = Buffer.from(pngBytes(2_000));
export const base64 = picture.toString('base64');
export const dataUri = `data:image/png;base64,${base64}`;
