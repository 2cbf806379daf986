import type { ByteStream } from '../../../lambda/domain/images/image.ts';
import { type FetchInput, InputNotFetched } from '../../../lambda/domain/images/input-fetch.ts';
import { between, drawsFrom, mix } from '../draws.ts';
import type { Network } from '../network.ts';
import type { Invocation } from '../scheduler.ts';
import { picture } from './bucket.ts';

/** What a host of inputs is like: `lies` answers with what is no image, `vanishes` not at all. */
export type HostKind = 'answers' | 'slow' | 'lies' | 'vanishes';

/** Hosts from which no job gets its inputs. */
export const uselessHosts: ReadonlySet<HostKind> = new Set(['lies', 'vanishes']);

/** The address of an input, which tells whose it is and what its host is like. */
export const addressAt = (kind: HostKind, number: number, index: number): string =>
  `https://${kind}.example/${number}/${index}`;

/** An input that is about to be fetched. */
export interface InputFetch {
  readonly number: number;
  readonly invocation: Invocation;
}

export interface InputHostsOptions {
  readonly seed: number;
  readonly network: Network;
  /** Told of each request the moment it arrives. */
  readonly onFetch: (fetch: InputFetch) => void;
}

/** The servers of callers' choice that have inputs. */
export class InputHosts {
  readonly #options: InputHostsOptions;

  constructor(options: InputHostsOptions) {
    this.#options = options;
  }

  /** The guarded client of one invocation. */
  fetcherFor(invocation: Invocation): FetchInput {
    return (address, signal) => ({ bytes: this.#fetch(invocation, new URL(address), signal), sha256: () => '' });
  }

  async *#fetch(invocation: Invocation, { hostname, pathname }: URL, signal: AbortSignal): ByteStream {
    const { seed, network, onFetch } = this.#options;
    const kind = hostname.split('.')[0] as HostKind;
    const [number = -1, index = 0] = pathname.slice(1).split('/').map(Number);
    await network.ask({ invocation, label: 'input.fetch', job: number, to: 'vendor' }, () =>
      onFetch({ number, invocation }),
    );
    const draw = drawsFrom(mix(seed, 0xf17e5, number, index));
    await network.during(invocation, kind === 'slow' ? between(draw, 15, 75) : between(draw, 0.1, 4), signal);
    if (kind === 'vanishes') throw new InputNotFetched('unreachable', 'could not be fetched from its address.');
    if (kind !== 'lies') yield picture;
  }
}
