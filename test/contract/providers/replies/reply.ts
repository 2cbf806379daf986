import type { CompatibleServer } from '../../../../lambda/contract/compatible-server.ts';
import type { ProviderEndpoint } from '../../../../lambda/contract/provider-endpoints.ts';
import type { Billed, FailureKind } from '../../../../lambda/domain/failure.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

/** One answer of a provider's. */
export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Text and bytes go out as they are, all else as JSON. `ORIGIN` stands for where the provider is, which has a picture at every address
   * that ends like the name of one.
   */
  readonly body: unknown;
  /** Whether the connection is lost behind the body, which was announced as longer. @default false */
  readonly isCut?: boolean;
}

interface Shape {
  readonly name: string;
  /** Where the shape was seen in public; `assumed` where it is only like what was. */
  readonly source: string;
  /** How many images are asked for. @default 1 */
  readonly n?: number;
  /** Whether less came than was due, which the outcome doesn't show where one image was asked for. @default as the warnings say */
  readonly isPartial?: boolean;
  readonly becomes: Outcome;
}

/** A shape in which a provider answers, with bodies of our own making: one, or several in the order of the requests, the last for good. */
export type Reply = Shape & (Answer | { readonly answers: readonly Answer[] });

type Outcome =
  | {
      readonly images: number;
      readonly warnings?: readonly string[];
      readonly revisedPrompt?: string;
      readonly cost?: number | undefined;
    }
  | {
      readonly kind: FailureKind;
      readonly billed: Billed;
      /** What the message must say of it. */
      readonly message?: string;
      readonly param?: string;
    };

/** A provider's replies, and how it is asked for them. */
export interface Replier {
  readonly model: string;
  /** The stage's settings besides the address. @default none */
  readonly endpoint?: Omit<ProviderEndpoint, 'baseUrl'> | Omit<CompatibleServer, 'baseUrl'>;
  /** What stands for the key of a provider that doesn't take any text, at that origin. */
  readonly credential?: (origin: string) => string;
  readonly replies: readonly Reply[];
}

export const picture = Buffer.from(pngBytes(2_000));
export const base64 = picture.toString('base64');
export const dataUri = `data:image/png;base64,${base64}`;

/** Which of the four kinds of reply it is. */
export function kindOf({ becomes, isPartial }: Reply): 'success' | 'partial' | 'refusal' | 'error' {
  if ('kind' in becomes) return becomes.kind === 'refused' ? 'refusal' : 'error';
  return (isPartial ?? becomes.warnings !== undefined) ? 'partial' : 'success';
}
