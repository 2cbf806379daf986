import { virtualKeyPrefix } from '../lambda/contract/headers.ts';
import { limits } from '../lambda/contract/limits.ts';
import type { PassThrough } from '../lambda/contract/pass-through.ts';
import { isProviderName, takesCallersKey } from '../lambda/contract/provider-names.ts';
import type { StageConfig } from './stage-settings.ts';

/** The providers of a stage to which a request's own key is passed. */
const passedTo = ({ passThrough, providers }: StageConfig): readonly string[] => {
  if (passThrough === 'none') return [];
  return passThrough === 'all' ? Object.keys(providers).filter(takesCallersKey) : passThrough;
};

/** What functions get as `PASS_THROUGH`. */
export function passThroughText(stage: StageConfig): string {
  if (stage.passThrough === 'none') return 'none';
  const { passThroughOwner: owner } = stage;
  return JSON.stringify({
    providers: passedTo(stage),
    ...(owner === undefined ? {} : { owner }),
  } satisfies PassThrough);
}

/** A sentence for each way in which a stage's settings of such keys can't work. */
export function brokenPassThrough(stage: StageConfig): readonly string[] {
  const { passThrough, passThroughOwner, providers, synchronousSeconds } = stage;
  if (passThrough === 'none') {
    return passThroughOwner === undefined
      ? []
      : ['passThroughOwner needs passThrough: it is for requests with a key of their own.'];
  }
  const named = passedTo(stage);
  const unknown = named.filter((name) => !Object.hasOwn(providers, name));
  const unfit = named.filter((name) => Object.hasOwn(providers, name) && !takesCallersKey(name));
  return [
    ...(synchronousSeconds > 0 ? [] : ['passThrough needs synchronous routes: synchronousSeconds must be above 0.']),
    ...(named.length > 0
      ? []
      : [
          "passThrough must be 'none', 'all' or a list of at least one provider; the stage must have one that takes an API key.",
        ]),
    ...unknown.map((name) => `passThrough names ${name}, which is no provider of the stage.`),
    ...unfit.map(
      (name) =>
        `passThrough names ${name}, ${isProviderName(name) ? 'which takes no API key' : 'a server of your own'}: it is called with the stage's own credentials only.`,
    ),
    ...(passThroughOwner === undefined || namesKey(passThroughOwner)
      ? []
      : ['passThroughOwner must be the id or name of a virtual key; the key itself is a secret, and no setting.']),
  ];
}

/** Whether a text can be the id or name of a virtual key. */
const namesKey = (text: string): boolean =>
  text.length >= 1 && text.length <= limits.keyNameCharacters && !text.toLowerCase().startsWith(virtualKeyPrefix);
