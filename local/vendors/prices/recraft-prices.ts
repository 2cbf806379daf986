import { type Charge, perImage } from './charge.ts';

/** Dollars for an image: recraft.ai/docs/api-reference/pricing. */
const byModel: Readonly<Record<string, number>> = {
  recraftv4_1: 0.035,
  recraftv4_1_pro: 0.21,
  recraftv4_1_utility: 0.035,
  recraftv4_1_utility_pro: 0.21,
  recraftv4_1_flash: 0.007,
  recraftv4: 0.04,
  recraftv4_pro: 0.25,
  recraftv3: 0.04,
  removeBackground: 0.01,
};

export const recraftCharge = (model: string, images: number): Charge => perImage(byModel[model], images);
