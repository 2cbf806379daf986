import { drawsFrom, mix, pick } from './draws.ts';
import type { HostKind } from './parts/input-hosts.ts';

/** Where a client's inputs are besides those that it sends. */
export interface ClientAddressing {
  /** The hosts of the inputs that it names by address, in their order. */
  readonly inputsAt: readonly HostKind[];
}

const host = (draw: () => number): HostKind =>
  pick<HostKind>(draw, [
    [12, 'answers'],
    [2, 'slow'],
    [1, 'lies'],
    [1, 'vanishes'],
  ]);

/** Of edits that share no answers, some name inputs by address. Drawn apart, so that all else is as without. */
export function clientAddressing(
  seed: number,
  number: number,
  { operation, cache }: { readonly operation: string; readonly cache?: unknown },
): ClientAddressing {
  const draw = drawsFrom(mix(seed, 0xadd7e55, number));
  if (operation !== 'edit' || cache !== undefined || draw() < 0.6) return { inputsAt: [] };
  return { inputsAt: draw() < 0.6 ? [host(draw)] : [host(draw), host(draw)] };
}
