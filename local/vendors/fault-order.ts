import { z } from 'zod';

/** Which requests a fault strikes. */
const aim = {
  /** Only this vendor. @default any */
  vendor: z.string().optional(),
  /** Only prompts that contain this. @default any */
  match: z.string().optional(),
  /** How many requests. @default 1 */
  times: z.union([z.int().positive(), z.literal('always')]).optional(),
};
/** Whether the vendor made, and bills, the images before it failed. `play-fault.ts` has the default of each kind. */
const charged = z.boolean().optional();
/** Bytes of the answer's body. */
const afterBytes = z.int().nonnegative().optional();
/** Partial images that come before it. @default 1 */
const afterPartials = z.int().min(0).max(3).optional();

export const faultOrderSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(300).max(599),
    /** The vendor's error code, e.g. `insufficient_quota`. */
    code: z.string().optional(),
    message: z.string().optional(),
    /** Seconds, or an HTTP date. */
    retryAfter: z.union([z.number().nonnegative(), z.string()]).optional(),
    charged,
    ...aim,
  }),
  z.strictObject({ kind: z.literal('refuse'), ...aim }),
  z.strictObject({ kind: z.literal('cut_before_answer'), charged, ...aim }),
  z.strictObject({ kind: z.literal('cut_body'), afterBytes, charged, ...aim }),
  z.strictObject({ kind: z.literal('hang'), charged, ...aim }),
  z.strictObject({ kind: z.literal('slow'), seconds: z.number().nonnegative(), ...aim }),
  z.strictObject({ kind: z.literal('html_200'), charged, ...aim }),
  z.strictObject({ kind: z.literal('truncated_json'), afterBytes, charged, ...aim }),
  z.strictObject({ kind: z.literal('empty_data'), charged, ...aim }),
  z.strictObject({ kind: z.literal('wrong_image'), charged, ...aim }),
  // Those below strike requests alone that are answered by a stream of events.
  z.strictObject({ kind: z.literal('cut_stream'), afterPartials, charged, ...aim }),
  z.strictObject({ kind: z.literal('end_stream'), afterPartials, charged, ...aim }),
  z.strictObject({
    kind: z.literal('error_event'),
    afterPartials,
    /** The vendor's error code, e.g. `moderation_blocked`. @default that of a failure of its own */
    code: z.string().optional(),
    message: z.string().optional(),
    charged,
    ...aim,
  }),
]);

/** A fault, and which requests it strikes. */
export type FaultOrder = z.infer<typeof faultOrderSchema>;
type WithoutAim<Order> = Order extends unknown ? Omit<Order, keyof typeof aim> : never;
/** A fault alone. */
export type Fault = WithoutAim<FaultOrder>;
export type FaultKind = Fault['kind'];
