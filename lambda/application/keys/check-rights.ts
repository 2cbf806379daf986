import { shownName } from '../../domain/bytes/bounded-text.ts';
import { type ErrorCode, GatewayError } from '../../domain/error-code.ts';
import type { Rights } from '../../domain/keys/virtual-key.ts';
import type { ModelsOfStage } from '../serve/list-models.ts';

const all = '*';

/**
 * Checks that a stage has all providers and models that rights name: a name misspelt would deny in silence what it was meant to
 * allow. Throws GatewayError `unknown_provider` or `invalid_value`, and names what there is.
 */
export function checkRights(stage: ModelsOfStage, rights: Rights): void {
  const providers = [...new Set(stage.models.map(({ provider }) => provider))];
  for (const [provider, models] of Object.entries(rights)) {
    if (provider !== all && !providers.includes(provider)) {
      throw refusal('unknown_provider', `there is no provider "${shownName(provider)}"`, providers);
    }
    const among = provider === all ? providers : [provider];
    const isThere = (model: string) => among.some((each) => stage.specOf({ provider: each, model }) !== undefined);
    const missing = models.find((model) => model !== all && !isThere(model));
    if (missing === undefined) continue;
    const known = stage.models.filter((each) => among.includes(each.provider)).map(({ model }) => model);
    throw refusal(
      'invalid_value',
      `${provider === all ? 'there is' : `${provider} has`} no model "${shownName(missing)}"`,
      known,
    );
  }
}

const refusal = (code: ErrorCode, what: string, choice: readonly string[]): GatewayError =>
  new GatewayError(code, `"providers": ${what} here. Choose from: ${[...new Set(choice), all].join(', ')}.`, {
    param: 'providers',
  });
