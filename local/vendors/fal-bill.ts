import sharp from 'sharp';
import { fieldsOf, textIn } from './detail-errors.ts';
import type { Drawing } from './drawing.ts';
import type { Charge } from './prices/charge.ts';
import { falCharge, falUnit, paidFields } from './prices/fal-prices.ts';
import type { ReceivedRequest } from './received-request.ts';

/** What a request costs, and how its result says so. */
export interface FalBill {
  readonly charge: Charge;
  readonly headers: Record<string, string>;
}

/**
 * The bill of a valid request. A result counts the units of its endpoint's price in a header: TanStack/ai#722, and
 * fal.ai/docs (publishing to the marketplace).
 */
export async function billOf(
  { path, body }: ReceivedRequest,
  [first, ...others]: readonly Drawing[],
): Promise<FalBill> {
  const endpoint = path.slice(1);
  if (first === undefined) return { charge: undefined, headers: {} };
  const inputs = await Promise.all(first.inputs.map((input) => sharp(input).metadata()));
  const resolution = textIn(fieldsOf(body), 'resolution') ?? '1K';
  const fields = fieldsOf(body) ?? {};
  const paid = Object.keys(paidFields).filter((name) => fields[name] !== undefined && fields[name] !== false);
  const charge = falCharge({ endpoint, picture: first, images: 1 + others.length, inputs, resolution, paid });
  const unit = falUnit(endpoint);
  if (charge === undefined || unit === undefined) return { charge, headers: {} };
  return { charge, headers: { 'x-fal-billable-units': String(charge / (unit * 1_000_000)) } };
}
