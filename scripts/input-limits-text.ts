import { imageTypes } from '../lambda/domain/images/image.ts';
import type { ModelSpec } from '../lambda/planning/model-spec.ts';

/** What a model takes as an input image, in words. */
export function inputText({ inputTypes = imageTypes, inputLimits = {} }: ModelSpec): string {
  const types = inputTypes.join(', ');
  const { minEdge, maxEdge, maxPixels, widestRatio, maxBytes, maxMaskBytes } = inputLimits;
  const sides = [
    ...(minEdge === undefined ? [] : [`from ${minEdge}`]),
    ...(maxEdge === undefined ? [] : [`up to ${maxEdge}`]),
  ];
  const rules = [
    ...(sides.length === 0 ? [] : [`sides ${sides.join(' ')}`]),
    ...(widestRatio === undefined ? [] : [`up to ${widestRatio}:1`]),
    ...(maxPixels === undefined ? [] : [`up to ${count(maxPixels)} pixels`]),
    ...(maxBytes === undefined ? [] : [`up to ${count(maxBytes)} bytes`]),
    ...(maxMaskBytes === undefined ? [] : [`a mask up to ${count(maxMaskBytes)} bytes`]),
  ];
  return rules.length === 0 ? types : `${types}; ${rules.join(', ')}`;
}

/** How large a request with its images may be, in words. */
export function requestText({ inputLimits }: ModelSpec): string {
  if (inputLimits?.request === undefined) return 'without a known limit';
  const { maxBytes, sends, isDocumented = true } = inputLimits.request;
  const how = sends === 'base64' ? 'images in base64' : 'images as they are';
  return `up to ${count(maxBytes)} bytes, ${how}${isDocumented ? '' : " (the gateway's own bound)"}`;
}

const count = (amount: number): string => amount.toLocaleString('en-US');
