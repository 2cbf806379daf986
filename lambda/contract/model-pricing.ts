import * as z from 'zod/mini';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const usd = (text: string) => described(z.number().check(z.gte(0)), `US dollars ${text}`);

const facts = {
  currency: z.literal('USD'),
  as_of: described(
    z.nullable(z.string()),
    "The date (YYYY-MM-DD) on which the price was read; null for a price from the stage's settings.",
  ),
  source: described(z.string(), 'Where the price was read.'),
  refusals: described(
    z.enum(['free', 'billed', 'unknown']),
    "Whether a request that the provider's moderation refuses is charged.",
  ),
};

const perImage = z.object({
  ...facts,
  kind: described(z.literal('image'), 'Charged by the image.'),
  images: described(
    z.array(
      z.object({
        usd: usd('per image.'),
        operation: z.optional(described(z.string(), 'Only for this operation, or this `type` of an edit.')),
        quality: z.optional(described(z.string(), "Only for this quality, in the provider's words.")),
        resolution: z.optional(described(z.string(), "Only for this resolution, in the provider's words.")),
        background: z.optional(described(z.string(), 'Only if this background is requested.')),
      }),
    ),
    'The first entry that applies to a request is its price.',
  ),
  input_image_usd: usd('per input image.'),
  surcharges: z.optional(
    described(z.record(z.string(), z.number()), 'US dollars per image that these parameters add if set.'),
  ),
});

const perMegapixel = z.object({
  ...facts,
  kind: described(z.literal('megapixel'), 'Charged by the megapixel.'),
  megapixel_pixels: described(z.int().check(z.gte(1)), 'Pixels of one megapixel, as the provider counts them.'),
  rounded_up: described(z.boolean(), 'Whether a megapixel that is begun counts as a whole one.'),
  first_usd: usd('for the first megapixel of each image.'),
  further_usd: usd('for each further megapixel.'),
  input_usd: usd('for each megapixel of an input image.'),
});

const perToken = z.object({
  ...facts,
  kind: described(z.literal('tokens'), 'Charged by tokens.'),
  per_million_tokens: z.object({
    text_input_usd: usd('for a million tokens of the prompt.'),
    image_input_usd: usd('for a million tokens of input images.'),
    image_output_usd: usd('for a million tokens of images.'),
    text_output_usd: z.optional(usd('for a million tokens of text in the response, such as reasoning.')),
  }),
});

/** What a model's provider charges, as it lists it: before taxes, discounts and free allowances. */
export const modelPricingSchema = z.discriminatedUnion('kind', [perImage, perMegapixel, perToken]);
export type ModelPricing = z.infer<typeof modelPricingSchema>;
