import { GatewayError } from '../../domain/error-code.ts';
import type { Warning } from '../../domain/generation.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { Catalog } from '../../domain/ports.ts';

/**
 * A submission that brought a provider's key, as far as that key can serve it: without fallbacks at other providers than that
 * of the requested model, and without the cache of known answers, whose results are the stage's: both with a warning. `providers` are those to which the stage passes such keys. Throws
 * GatewayError `unsupported_operation` if the requested model's isn't one of them, and what the catalogue throws for it.
 */
export function keepToProvider(
  catalog: Pick<Catalog, 'resolve'>,
  providers: readonly string[],
  received: ReceivedSubmission,
): ReceivedSubmission {
  const { provider } = catalog.resolve(received.model);
  if (!providers.includes(provider)) {
    throw new GatewayError('unsupported_operation', notPassed(provider, providers), { param: 'model' });
  }
  const isElsewhere = (name: string): boolean => (providerOf(catalog, name) ?? provider) !== provider;
  const dropped = received.fallbacks.filter(isElsewhere).map((name) => droppedWarning(name, provider));
  const { cache, ...uncached } = received;
  return {
    ...uncached,
    fallbacks: received.fallbacks.filter((name) => !isElsewhere(name)),
    warnings: [...(received.warnings ?? []), ...dropped, ...(cache === undefined ? [] : [cacheIgnored])],
  };
}

/** Undefined for what the stage doesn't serve: that is dropped later, with its own reason. */
function providerOf(catalog: Pick<Catalog, 'resolve'>, name: string): string | undefined {
  try {
    return catalog.resolve(name).provider;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

const droppedWarning = (name: string, provider: string): Warning => ({
  code: 'fallback_dropped',
  param: 'fallbacks',
  message: `The request brought a key for ${provider}, so the fallback ${name} can't be called.`,
});

const cacheIgnored: Warning = {
  code: 'cache_ignored',
  message: "The request brought a provider's key, so it was neither answered from the cache nor stored in it.",
};

const notPassed = (provider: string, providers: readonly string[]): string =>
  `The provider "${provider}" can't be called with a key that a request brings; this stage passes such keys to ${providers.join(', ')}.`;
