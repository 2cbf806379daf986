import { z } from 'zod';
import { markedFaults } from './fault-markers.ts';
import { type Fault, type FaultKind, type FaultOrder, faultOrderSchema } from './fault-order.ts';

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
    const parsed = faultOrderSchema.safeParse(order);
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

  /**
   * Chooses for one request, which may be one for a stream. The queue goes before the markers; the oldest match wins.
   */
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
