import { z } from 'zod';
import { markedFaults } from './fault-markers.ts';

/** Which requests a fault strikes. */
const aim = {
  /** Only this vendor. @default any */
  vendor: z.string().optional(),
  /** Only prompts that contain this. @default any */
  match: z.string().optional(),
  /** How many requests. @default 1 */
  times: z.union([z.int().positive(), z.literal('always')]).optional(),
};
/** Whether the vendor made, and bills, the images before it failed. Each kind's default stands in `play-fault.ts`. */
const charged = z.boolean().optional();
/** Bytes of the answer's body. */
const afterBytes = z.int().nonnegative().optional();
/** Partial images that come before it. @default 1 */
const afterPartials = z.int().min(0).max(3).optional();

const orderSchema = z.discriminatedUnion('kind', [
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
export type FaultOrder = z.infer<typeof orderSchema>;
type WithoutAim<Order> = Order extends unknown ? Omit<Order, keyof typeof aim> : never;
/** A fault alone. */
export type Fault = WithoutAim<FaultOrder>;
export type FaultKind = Fault['kind'];

/** What was chosen for one request: at most one fault, and any slowness besides. */
export interface Misfortune {
  readonly slowSeconds: number;
  readonly fault?: Exclude<Fault, { kind: 'slow' }>;
}

const streamKinds: readonly FaultKind[] = ['cut_stream', 'end_stream', 'error_event'];

/** Whether a fault strikes within a stream of events, and no other answer. */
export const isOfStreams = ({ kind }: Fault): boolean => streamKinds.includes(kind);

/** The faults on demand: a queue for programs, and markers such as `[fail:500]` in prompts for people. */
export class Faults {
  private orders: { readonly order: FaultOrder; left: number }[] = [];
  private readonly markersUsed = new Map<string, number>();

  /** Queues a fault. Throws a `TypeError` that names what is wrong with it. */
  add(order: FaultOrder): void {
    const parsed = orderSchema.safeParse(order);
    if (!parsed.success) throw new TypeError(`This is no fault: ${z.prettifyError(parsed.error)}`);
    const { times = 1 } = parsed.data;
    this.orders.push({ order: parsed.data, left: times === 'always' ? Number.POSITIVE_INFINITY : times });
  }

  /** Forgets the queue, and how often each marker has struck. */
  clear(): void {
    this.orders = [];
    this.markersUsed.clear();
  }

  /** What is still queued, oldest first. */
  pending(): readonly FaultOrder[] {
    return this.orders.map(({ order, left }) => ({ ...order, times: Number.isFinite(left) ? left : 'always' }));
  }

  /** Chooses for one request, which may be one for a stream. The queue goes before the markers; the oldest match wins. */
  take(vendor: string, prompt: string, isStreamed: boolean): Misfortune {
    const slow = this.strike(vendor, prompt, ({ kind }) => kind === 'slow');
    const fault = this.strike(
      vendor,
      prompt,
      (candidate) => candidate.kind !== 'slow' && (isStreamed || !isOfStreams(candidate)),
    );
    const slowSeconds = slow?.kind === 'slow' ? slow.seconds : 0;
    return fault === undefined || fault.kind === 'slow' ? { slowSeconds } : { slowSeconds, fault };
  }

  private strike(vendor: string, prompt: string, wanted: (fault: Fault) => boolean): Fault | undefined {
    const found = this.orders.find(
      ({ order }) =>
        wanted(order) &&
        (order.vendor === undefined || order.vendor === vendor) &&
        (order.match === undefined || prompt.includes(order.match)),
    );
    if (found === undefined) return this.strikeByMarker(prompt, wanted);
    found.left -= 1;
    if (found.left <= 0) this.orders = this.orders.filter((one) => one !== found);
    return found.order;
  }

  private strikeByMarker(prompt: string, wanted: (fault: Fault) => boolean): Fault | undefined {
    for (const { marker, fault, times } of markedFaults(prompt)) {
      if (!wanted(fault)) continue;
      if (times === undefined) return fault;
      const key = `${marker}\n${prompt}`;
      const used = this.markersUsed.get(key) ?? 0;
      if (used >= times) continue;
      this.markersUsed.set(key, used + 1);
      return fault;
    }
    return undefined;
  }
}
