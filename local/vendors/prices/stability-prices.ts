import { type Charge, perImage } from './charge.ts';

/** Credits for an image, each a cent: platform.stability.ai/pricing, stability.ai/api-pricing-update-25. */
const credits: Readonly<Record<string, number>> = {
  'stable-image-ultra': 8,
  'stable-image-core': 3,
  'sd3.5-large': 6.5,
  'sd3.5-large-turbo': 4,
  'sd3.5-medium': 3.5,
  inpaint: 5,
  outpaint: 4,
  'remove-background': 5,
};

export function stabilityCharge(model: string): Charge {
  const cents = credits[model];
  return perImage(cents === undefined ? undefined : cents / 100, 1);
}

/** Dollars for an image on Amazon Bedrock: aws.amazon.com/bedrock/pricing, as the price list of stdapi.ai has it. */
const onBedrock: Readonly<Record<string, number>> = {
  'stability.stable-image-ultra-v1:1': 0.14,
  'stability.stable-image-core-v1:1': 0.04,
  'stability.sd3-5-large-v1:0': 0.08,
  'stability.stable-image-inpaint-v1:0': 0.07,
  'stability.stable-outpaint-v1:0': 0.06,
  'stability.stable-image-remove-background-v1:0': 0.07,
};

export const bedrockCharge = (model: string): Charge => perImage(onBedrock[model], 1);
