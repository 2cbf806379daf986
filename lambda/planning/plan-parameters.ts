import { shownName } from '../domain/bytes/bounded-text.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { ImageParameters, JsonObject, Warning } from '../domain/generation.ts';
import type { ParameterName } from '../domain/model.ts';
import type { ModelSpec } from './model-spec.ts';
import { type Adjusted, checkQuality, withQuality } from './plan-quality.ts';
import { planSize } from './plan-size.ts';
import { type SizeWish, sizeParameters } from './planned-size.ts';
import type { Size } from './size-plan.ts';

export interface PlannedParameters {
  readonly size?: Size;
  /** The parameters that the adapter sends. `size` is never among them; it is a field of its own, in pixels. */
  readonly parameters: ImageParameters;
  readonly extra: JsonObject;
  readonly warnings: readonly Warning[];
}

/**
 * Maps a submission's parameters to a model: each is sent, mapped, or dropped with a warning. Throws ProviderFailure
 * `unsupported` for one that the model's spec refuses, and `invalid` for an unknown quality.
 */
export function planParameters(row: ModelSpec, wished: ImageParameters, extra: JsonObject): PlannedParameters {
  const given = Object.entries(wished).filter(([, value]) => value !== undefined) as [ParameterName, string | number][];
  const refused = given.find(([param]) => row.parameters[param] === 'refused');
  if (refused) {
    throw new ProviderFailure('unsupported', `${row.model} does not take \`${refused[0]}\`.`, { param: refused[0] });
  }
  checkQuality(row, wished);
  const kept = given.filter(([param]) => !isLeftOut(row, param));
  const dropped = given.filter(([param]) => isLeftOut(row, param)).map(([param]) => leftOut(row, param));
  const sized = planSize(row, Object.fromEntries(kept.filter(([param]) => isSized(row, param))) as SizeWish);
  const sent = kept.filter(([param]) => !isSized(row, param));
  const conditional = withConditions(row, Object.fromEntries(sent) as ImageParameters);
  const quality = withQuality(row, conditional.parameters);
  const extras = planExtras(row, extra);
  return {
    ...(sized.size === undefined ? {} : { size: sized.size }),
    parameters: { ...quality.parameters, ...sized.words },
    extra: extras.extra,
    warnings: [...dropped, ...sized.warnings, ...conditional.warnings, ...quality.warnings, ...extras.warnings],
  };
}

/**
 * Whether a parameter is resolved to pixels: `size` always, a ratio or a resolution where the model has no such
 * parameter.
 */
const isSized = (row: ModelSpec, param: ParameterName): boolean =>
  param === 'size' ||
  ((row.parameters[param] === 'mapped' || speaksOfShape(row)) && sizeParameters.some((each) => each === param));

/**
 * Whether ratio and resolution are named values of the model's own, to be matched like the size: for models that aren't
 * sized in pixels.
 */
const speaksOfShape = (row: ModelSpec): boolean => row.sizes.kind === 'ratios' || row.sizes.kind === 'input';

/**
 * A streaming request passes the number of partial images through its witness; one that has it as a parameter has no
 * witness.
 */
const isLeftOut = (row: ModelSpec, param: ParameterName): boolean =>
  row.parameters[param] === 'dropped' || param === 'partial_images';

const leftOut = (row: ModelSpec, param: ParameterName): Warning =>
  row.parameters[param] === 'dropped' ? notTaken(row, param) : partialsUnseen;

const partialsUnseen: Warning = {
  code: 'param_dropped',
  param: 'partial_images',
  message: 'Only synchronous streams show partial images; `partial_images` was left out.',
};

const notTaken = (row: ModelSpec, param: string): Warning => ({
  code: 'param_dropped',
  param,
  message: `${row.model} does not take \`${param}\`; it was left out.`,
});

function withConditions(row: ModelSpec, parameters: ImageParameters): Adjusted {
  const unknown = Object.entries(parameters).filter(([param, value]) => {
    const known = row.values?.[param as ParameterName];
    return known !== undefined && !known.includes(String(value));
  });
  const unmet = (row.conditions ?? []).filter(({ param, needs }) => {
    const other = parameters[needs.param];
    return parameters[param] !== undefined && (other === undefined || !needs.oneOf.includes(other));
  });
  const without = new Set<string>([...unknown.map(([param]) => param), ...unmet.map(({ param }) => param)]);
  const dropped = (param: string, why: string): Warning => ({
    code: 'param_dropped',
    param,
    message: `\`${param}\` was left out: ${why}.`,
  });
  return {
    parameters: Object.fromEntries(Object.entries(parameters).filter(([param]) => !without.has(param))),
    warnings: [
      ...unknown.map(([param, value]) => dropped(param, `${row.model} has no \`${value}\` for it`)),
      ...unmet.map(({ param, needs }) =>
        dropped(param, `${row.model} takes it only where \`${needs.param}\` is ${needs.oneOf.join(' or ')}`),
      ),
    ],
  };
}

function planExtras(row: ModelSpec, extra: JsonObject): Pick<PlannedParameters, 'extra' | 'warnings'> {
  const isTaken = (name: string) => row.extras?.includes(name) ?? false;
  const entries = Object.entries(extra);
  return {
    extra: Object.fromEntries(entries.filter(([name]) => isTaken(name))),
    warnings: entries.filter(([name]) => !isTaken(name)).map(([name]) => notTaken(row, shownName(name))),
  };
}
