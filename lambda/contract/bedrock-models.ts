/** The regions from which Stability's models can be called on Bedrock, and to which its inference profile routes. */
export const bedrockRegions = ['us-west-2', 'us-east-1', 'us-east-2'] as const;
export type BedrockRegion = (typeof bedrockRegions)[number];

/** How a model on Bedrock is called, and from where. */
interface BedrockModel {
  /**
   * By its own id in the region where it runs, or by an inference profile, which may hand the request on to another
   * region: such a model refuses its own id.
   */
  readonly askedBy: 'id' | 'profile';
  /** The regions from which it can be called. */
  readonly regions: readonly BedrockRegion[];
}

/**
 * The models that the gateway calls on Bedrock, by the ids that callers write. Sources: the AWS user guide, page
 * models-supported (regions, and which of them by profile alone); answers of ListFoundationModels that users have
 * published agree with it.
 */
export const bedrockModels = {
  'stability.stable-image-ultra-v1:1': { askedBy: 'id', regions: ['us-west-2'] },
  'stability.stable-image-core-v1:1': { askedBy: 'id', regions: ['us-west-2'] },
  'stability.sd3-5-large-v1:0': { askedBy: 'id', regions: ['us-west-2'] },
  'stability.stable-image-inpaint-v1:0': { askedBy: 'profile', regions: bedrockRegions },
  'stability.stable-outpaint-v1:0': { askedBy: 'profile', regions: bedrockRegions },
  'stability.stable-image-remove-background-v1:0': { askedBy: 'profile', regions: bedrockRegions },
} as const satisfies Record<string, BedrockModel>;

export type BedrockModelName = keyof typeof bedrockModels;

/** The models that can be called from a region; none where there is no region. */
export const bedrockModelsIn = (region: BedrockRegion | undefined): readonly BedrockModelName[] =>
  (Object.keys(bedrockModels) as BedrockModelName[]).filter((model) =>
    bedrockModels[model].regions.some((each) => each === region),
  );

/** What a request to a model names: the model itself, or the profile that all regions of the list share. */
export const bedrockIdOf = (model: string): string => (isAskedByProfile(model) ? `us.${model}` : model);

/** Whether a model rejects its own id, and is called by its inference profile instead. */
export const isAskedByProfile = (model: string): boolean =>
  Object.hasOwn(bedrockModels, model) && bedrockModels[model as BedrockModelName].askedBy === 'profile';
