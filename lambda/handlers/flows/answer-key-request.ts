import type { Context } from 'aws-lambda';
import { type AuthenticateAdminDependencies, authenticateAdmin } from '../../application/keys/authenticate-admin.ts';
import { type CreateKeyDependencies, createKey, type KeyWithNewCredential } from '../../application/keys/create-key.ts';
import { type DeleteKeyDependencies, deleteKey } from '../../application/keys/delete-key.ts';
import { findKeptKey, listKeys } from '../../application/keys/find-key.ts';
import { type FindKeyUsageDependencies, findKeyUsage } from '../../application/keys/find-key-usage.ts';
import { rotateKey } from '../../application/keys/rotate-key.ts';
import { updateKey } from '../../application/keys/update-key.ts';
import { routeIdOf } from '../../contract/route.ts';
import { type KeyRouteId, keyRoutes } from '../../contract/routes/key-routes.ts';
import type { VirtualKeyView } from '../../contract/virtual-key.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import type { KeyRegistry, KeyWithCredentials } from '../../domain/keys/key-registry.ts';
import type { UsageStore } from '../../domain/usage/usage-store.ts';
import { type Answer, type ApiResponse, jsonResponse } from '../../http/answer/api-response.ts';
import {
  readKeyChange,
  readKeyCreation,
  readKeyPage,
  readKeyRotation,
  readPurge,
} from '../../http/keys/key-request.ts';
import { deletedKeyView, keyListView, keyView } from '../../http/keys/key-view.ts';
import { type ApiRequest, readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerKeyRequestDependencies
  extends Omit<CreateKeyDependencies, 'registry'>,
    Omit<DeleteKeyDependencies, 'registry' | 'usage'>,
    Omit<FindKeyUsageDependencies, 'usage'>,
    AuthenticateAdminDependencies {
  readonly sha256: Sha256;
  readonly registry: KeyRegistry;
  readonly usage: Pick<UsageStore, 'find' | 'markForPurge' | 'unmark' | 'settle'>;
}

/** A request of an admin. */
interface AdminRequest extends ApiRequest {
  /** The key of the path, as it was sent; empty where the path has none. */
  readonly keyId: string;
  /** Who asks, for the log. */
  readonly by: string;
  /** Milliseconds until the function is ended. */
  readonly remainingMilliseconds: () => number;
}

type Act = (dependencies: AnswerKeyRequestDependencies, request: AdminRequest) => Promise<ApiResponse>;

/** A purge leaves what a store may take that has failed, three tries of three seconds, and the answer. */
const millisecondsToEndIn = 10_000;

const acts: Readonly<Record<KeyRouteId, Act>> = {
  'create-key': async (dependencies, request) =>
    shownOnce(dependencies, request, 201, await createKey(dependencies, request.by, readKeyCreation(request))),
  'list-keys': async (dependencies, request) => {
    const { keys, next } = await listKeys(dependencies, readKeyPage(request));
    const data = await Promise.all(keys.map((key) => withUsage(dependencies, key)));
    return jsonResponse(200, request.requestId, { value: keyListView(data, next) });
  },
  'show-key': async (dependencies, request) =>
    shown(dependencies, request, await findKeptKey(dependencies.registry, request.keyId)),
  'update-key': async (dependencies, request) => {
    const change = readKeyChange(request);
    return shown(dependencies, request, await updateKey(dependencies, request.by, request.keyId, change));
  },
  'rotate-key': async (dependencies, request) => {
    const overlapSeconds = readKeyRotation(request);
    return shownOnce(
      dependencies,
      request,
      200,
      await rotateKey(dependencies, request.by, request.keyId, overlapSeconds),
    );
  },
  'delete-key': async (dependencies, { requestId, by, keyId, remainingMilliseconds, ...request }) => {
    const hasTime = (): boolean => remainingMilliseconds() > millisecondsToEndIn;
    const purge = await deleteKey(dependencies, by, keyId, { purge: readPurge(request), hasTime });
    return jsonResponse(200, requestId, { value: deletedKeyView(keyId, purge) });
  },
};

/**
 * The whole way of a request about virtual keys, from API Gateway's event to the answer. Who isn't an admin learns nothing of
 * what there is, nor of what would be wrong with the request. Throws what its steps throw.
 */
export const answerKeyRequest =
  (dependencies: AnswerKeyRequestDependencies): Answer =>
  async (event, context: Context) => {
    const request = readApiRequest(event);
    const { owner } = await authenticateAdmin(dependencies, credentialOf(request, dependencies.sha256));
    return acts[routeIdOf(keyRoutes, request.method, request.resource)](dependencies, {
      ...request,
      keyId: request.pathParameters.key_id ?? '',
      by: owner,
      remainingMilliseconds: () => context.getRemainingTimeInMillis(),
    });
  };

const withUsage = async (
  dependencies: AnswerKeyRequestDependencies,
  kept: KeyWithCredentials,
): Promise<VirtualKeyView> =>
  keyView(kept, dependencies.clock.now(), { usage: await findKeyUsage(dependencies, kept.key) });

const shown = async (
  dependencies: AnswerKeyRequestDependencies,
  { requestId }: AdminRequest,
  kept: KeyWithCredentials,
) => jsonResponse(200, requestId, { value: await withUsage(dependencies, kept) });

/** Nothing is read for the answer that holds a credential: a fault would lose it for good. */
const shownOnce = (
  { clock }: Pick<AnswerKeyRequestDependencies, 'clock'>,
  { requestId }: AdminRequest,
  status: 200 | 201,
  { credential, ...kept }: KeyWithNewCredential,
): ApiResponse => jsonResponse(status, requestId, { value: keyView(kept, clock.now(), { credential }) });
