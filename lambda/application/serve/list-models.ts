import type { Candidate } from '../../domain/generation.ts';
import { accessTo, type Rights } from '../../domain/keys/virtual-key.ts';
import type { ModelCapabilities, OfferedModel } from '../../domain/model.ts';

/** The models of the stage, and what is known of each. */
export interface ModelsOfStage {
  readonly models: readonly Candidate[];
  specOf(candidate: Candidate): ModelCapabilities | undefined;
}

/** The stage's models that these rights allow, in the catalogue's order. */
export function listModels(stage: ModelsOfStage, rights: Rights): readonly OfferedModel[] {
  return stage.models
    .filter(({ provider, model }) => accessTo(rights, provider, model) === 'allowed')
    .flatMap((candidate) => {
      const capabilities = stage.specOf(candidate);
      return capabilities === undefined ? [] : [{ candidate, capabilities }];
    });
}
