import type { EditType, Operation } from '../generation.ts';

/** What a model charges, as its provider lists it. Code reckons with these fields, never with a model's name. */
export type ModelPrice = ImagePrice | MegapixelPrice | TokenPrice;

/** What prices of every kind say. Amounts are US dollars before taxes, discounts and free allowances. */
export interface PriceFacts {
  /**
   * The day (YYYY-MM-DD) on which the price was read.
   * @default - it is a setting of the stage
   */
  readonly readOn?: string;
  /** Where it was read, as an address without its scheme or a document's name. */
  readonly source: string;
  /** Whether a request that moderation refuses is charged, if the response doesn't say so. */
  readonly refusal: 'free' | 'billed' | 'unknown';
  /**
   * What could not be confirmed.
   * @default - nothing
   */
  readonly unconfirmed?: string;
  /**
   * What the provider documents that it uses for a parameter that isn't sent.
   * @default - unknown, so that the dearest value counts as the worst
   */
  readonly defaults?: PricedParameters;
  /**
   * What such a request usually comes to. Never counts for the worst price.
   * @default - as the worst
   */
  readonly usual?: PricedParameters;
}

/** The parameters that prices depend on besides the size in pixels, in the model's own words. */
export interface PricedParameters {
  readonly quality?: string;
  readonly resolution?: string;
}

/** A price for each image made. */
export interface ImagePrice extends PriceFacts {
  readonly kind: 'image';
  /** The first one that applies to a request is its price; the last applies to any. */
  readonly rates: readonly ImageRate[];
  /**
   * For each input image, masks not counted.
   * @default 0
   */
  readonly inputUsd?: number;
  /**
   * For each image made, added if the request has the extra parameter and it isn't false.
   * @default - no parameter costs extra
   */
  readonly surcharges?: Readonly<Record<string, number>>;
}

/** The price of an image, and to which requests it applies: those that meet every condition given. */
export interface ImageRate extends PricedParameters {
  readonly usd: number;
  /** The operation or the type of edit that the provider is called with. */
  readonly operation?: Operation | EditType;
  /** The background that the request asks for. */
  readonly background?: 'transparent';
}

/** A price for each megapixel begun of each image made, and of each input image where these are charged. */
export interface MegapixelPrice extends PriceFacts {
  readonly kind: 'megapixel';
  /** What the provider calls a megapixel, in pixels. */
  readonly pixels: number;
  readonly firstUsd: number;
  readonly furtherUsd: number;
  /**
   * Whether parts of a megapixel are charged in proportion.
   * @default - as whole ones
   */
  readonly isProportional?: true;
  /**
   * Pixels of an image that is generated without a size, as the provider documents it.
   * @default - unknown, so that the largest size counts as the worst
   */
  readonly defaultPixels?: number;
  /**
   * For each megapixel begun of each input image, masks not counted.
   * @default 0
   */
  readonly inputUsd?: number;
  /**
   * Megapixels of one image that are charged at most; larger inputs are scaled down to it.
   * @default - no bound
   */
  readonly maxMegapixels?: number;
}

/** A price for each token that goes in and comes out. */
export interface TokenPrice extends PriceFacts {
  readonly kind: 'tokens';
  /** US dollars per million tokens, which is micro-dollars per token. Text comes out as thoughts, or beside images. */
  readonly usdPerMillion: {
    readonly textIn: number;
    readonly imageIn: number;
    readonly imageOut: number;
    /** @default - no text is charged */
    readonly textOut?: number;
  };
  readonly imageTokens: OutputTokens;
  /** Tokens of one input image. */
  readonly inputTokens: { readonly likely: number; readonly max: number };
  /**
   * Tokens of text that come out in one request.
   * @default - none
   */
  readonly textTokens?: { readonly likely: number; readonly max: number };
  /**
   * Tokens that each partial image of a stream adds.
   * @default 0
   */
  readonly partialTokens?: number;
}

/** How many tokens one image takes. */
export type OutputTokens =
  /** By quality and by size (`WxH`). */
  | { readonly by: 'size'; readonly tokens: Readonly<Record<string, Readonly<Record<string, number>>>> }
  /** By the model's word for the resolution. */
  | { readonly by: 'resolution'; readonly tokens: Readonly<Record<string, number>> }
  /** By quality: patches along the long edge, in OpenAI's formula for images of any size. */
  | {
      readonly by: 'patches';
      readonly longEdge: Readonly<Record<string, number>>;
      /**
       * By how much, as a part of the number, measured images have exceeded it or may.
       * @default 0
       */
      readonly margin?: number;
    };
