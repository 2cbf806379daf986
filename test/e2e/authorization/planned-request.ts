import type { Route } from '../../../lambda/contract/route.ts';
import type { Operation } from '../../../lambda/domain/generation.ts';
import type { JobIds, LinkSigner } from '../../../lambda/domain/ports.ts';
import type { Row } from './stored-rows.ts';

/** What requests are made with. */
export interface RequestKit {
  readonly ids: JobIds;
  readonly signer: LinkSigner;
  /** The fingerprint of the one submission of each operation. */
  readonly fingerprints: Readonly<Record<Operation, string>>;
  /** The id of the key that every other owner's job belongs to. */
  readonly otherOwner: string;
}

/** A request of the matrix, without its credential. */
export interface PlannedRequest {
  readonly path: string;
  readonly init: RequestInit & { readonly headers?: Record<string, string> };
  /** What must be in the tables before it is sent. */
  readonly rows: readonly Row[];
}

export type Planner = (
  kit: RequestKit,
  route: Route,
  state: string,
  owner: string,
) => Promise<PlannedRequest> | PlannedRequest;
