import * as z from 'zod/mini';
import { warningSchema } from './errors.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const usd = (text: string) => described(z.nullable(z.number()), `${text} In US dollars; null if the price is unknown.`);
const model = (text: string) => described(z.string(), `${text}, as \`provider/model\`.`);
const asOf = (text: string) => described(z.nullable(z.string()), `${text} (YYYY-MM-DD); null if the price is unknown.`);

/** What one candidate would charge for a submission. */
const candidateQuoteSchema = z.object({
  model: model('The model'),
  likely_usd: usd('The usual price of all images.'),
  worst_usd: usd('The highest price of all images, if no request is repeated.'),
  images_per_request: described(z.int(), 'How many images a provider request makes; the last one makes those left.'),
  requests: described(z.int(), 'How many provider requests that takes.'),
  as_of: asOf('The date on which the price was read'),
});

/** What a submission would cost. */
export const quoteSchema = z.object({
  object: z.literal('quote'),
  model: model('The model that is called first'),
  currency: z.literal('USD'),
  likely_usd: usd('The usual price of all images at that model.'),
  worst_usd: usd('The price of all images at the dearest candidate.'),
  as_of: asOf("The date on which that model's price was read"),
  candidates: described(z.array(candidateQuoteSchema), 'The requested model and its fallbacks, in order.'),
  warnings: described(z.array(warningSchema), "The warnings of the job and of the first model's request."),
});

export type QuoteBody = z.infer<typeof quoteSchema>;
