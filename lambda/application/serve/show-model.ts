import { GatewayError } from '../../domain/error-code.ts';
import { accessTo, type Rights } from '../../domain/keys/virtual-key.ts';
import type { OfferedModel } from '../../domain/model.ts';
import type { ModelsOfStage } from './list-models.ts';

/**
 * One of the stage's models that these rights allow, by its id as `provider/model`. A dated snapshot is found under its own name,
 * with what its model can do, as it is wherever a job names it. Throws `not_found` where there is no such model and where the
 * rights don't allow it, in the same words: callers don't learn what others may use.
 */
export function showModel(stage: ModelsOfStage, rights: Rights, id: string): OfferedModel {
  const [provider = '', ...rest] = id.split('/');
  const candidate = { provider, model: rest.join('/') };
  const capabilities = stage.specOf(candidate);
  if (!capabilities || accessTo(rights, provider, candidate.model) !== 'allowed') throw noSuchModel();
  return { candidate, capabilities };
}

const noSuchModel = (): GatewayError =>
  new GatewayError('not_found', 'This key has no such model. GET /v1/models lists the models that it may use.');
