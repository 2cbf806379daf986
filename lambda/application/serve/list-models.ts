import type { Candidate } from '../../domain/generation.ts';
import { type Rights, verdictOn } from '../../domain/keys/virtual-key.ts';
import type { ModelCapabilities, OfferedModel } from '../../domain/model.ts';

/** The models of the stage, and what is known of each. */
export interface ModelsOfStage {
  readonly models: readonly Candidate[];
  rowOf(candidate: Candidate): ModelCapabilities | undefined;
}

/** The stage's models that these rights allow, in the catalogue's order. */
export function listModels(stage: ModelsOfStage, rights: Rights): readonly OfferedModel[] {
  return stage.models
    .filter(({ provider, model }) => verdictOn(rights, provider, model) === 'allowed')
    .flatMap((candidate) => {
      const capabilities = stage.rowOf(candidate);
      return capabilities === undefined ? [] : [{ candidate, capabilities }];
    });
}
