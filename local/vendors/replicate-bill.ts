import sharp from 'sharp';
import { textIn } from './detail-errors.ts';
import type { Drawing } from './drawing.ts';
import type { Charge } from './prices/charge.ts';
import { replicateCharge } from './prices/replicate-prices.ts';

/** What a valid prediction costs. */
export async function chargeOf(
  model: string,
  input: Readonly<Record<string, unknown>>,
  drawings: readonly Drawing[],
): Promise<Charge> {
  const [first] = drawings;
  if (first === undefined) return undefined;
  const inputs = await Promise.all(first.inputs.map((each) => sharp(each).metadata()));
  const resolution = textIn(input, 'resolution') ?? (model.startsWith('black-forest-labs/') ? '1k' : '2K');
  return replicateCharge({ model, picture: first, images: drawings.length, inputs, resolution });
}
