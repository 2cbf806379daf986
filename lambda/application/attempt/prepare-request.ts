// What is done to the inputs before a provider request: conversion (mask format, EXIF orientation, canvas), presigned addresses.

import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/images/image.ts';
import { presignedSeconds } from '../../domain/images/image-link.ts';
import { brokenInputLimit } from '../../domain/images/input-limits.ts';
import type { PlannedRequest } from '../../domain/planned-request.ts';
import type { ConvertImages, ImageStore, StorageLinks } from '../../domain/ports.ts';
import { openStored } from './storage/call-inputs.ts';
import { notSent } from './storage/store-failure.ts';

interface PrepareDependencies {
  readonly images: Pick<ImageStore, 'open'>;
  readonly convert: ConvertImages;
  /**
   * Presigns addresses of inputs.
   * @default - none: providers get bytes
   */
  readonly links?: StorageLinks | undefined;
}

/** A request as the adapter gets it, and how its images reach the provider. */
export interface PreparedRequest {
  readonly request: ImageRequest;
  /** The bytes of its redrawn images, which aren't in the bucket, by key. */
  readonly redrawn: ReadonlyMap<string, Uint8Array>;
  /** The addresses of those that the provider fetches, by key. */
  readonly addresses: ReadonlyMap<string, string>;
}

/**
 * Prepares the inputs of a planned request: redraws them if the model needs another form, and presigns addresses of the rest if
 * the provider fetches them. Redrawn images stay in memory while the request is made: no other component needs them, and
 * nothing has to be cleaned up. Throws ProviderFailure for an image that can't be redrawn or that the model can't take as
 * redrawn, and GatewayFailure `not_sent` for one that can't be read or addressed.
 */
export async function prepareRequest(
  dependencies: PrepareDependencies,
  planned: PlannedRequest,
  lost: AbortSignal,
): Promise<PreparedRequest> {
  const { request, redrawn } = await redraw(dependencies, planned, lost);
  const links = planned.sendsAddresses ? dependencies.links : undefined;
  const isAddressed = ({ key }: InputImage): boolean => links !== undefined && !redrawn.has(key);
  const broken = planned.inputLimits && brokenInputLimit(planned.inputLimits, request, isAddressed);
  if (broken) {
    throw new ProviderFailure('unsupported', `Redrawn for it, the inputs are too large: ${broken.message}`, {
      param: broken.param,
    });
  }
  const inputs = [...request.images, ...(request.mask ? [request.mask] : [])];
  return { request, redrawn, addresses: links ? await addressesOf(links, inputs.filter(isAddressed)) : new Map() };
}

async function redraw(
  { images, convert }: PrepareDependencies,
  { request, conversion }: PlannedRequest,
  lost: AbortSignal,
): Promise<Pick<PreparedRequest, 'request' | 'redrawn'>> {
  const [image, ...others] = request.images;
  if (!conversion || !image) return { request, redrawn: new Map() };
  const inputs = { image, ...(request.mask === undefined ? {} : { mask: request.mask }) };
  const made = await convert(conversion, inputs, (each) => openStored(images, each.key), lost);
  const mask = made.mask?.image ?? request.mask;
  const redrawn = Object.values(made).map((each) => [each.image.key, each.bytes] as const);
  return {
    request: { ...request, images: [made.image?.image ?? image, ...others], ...(mask === undefined ? {} : { mask }) },
    redrawn: new Map(redrawn),
  };
}

async function addressesOf(links: StorageLinks, images: readonly InputImage[]): Promise<PreparedRequest['addresses']> {
  try {
    const address = ({ key, type }: InputImage) => links.linkTo(key, type, presignedSeconds, 'GET');
    return new Map(await Promise.all(images.map(async (image) => [image.key, await address(image)] as const)));
  } catch (error) {
    throw notSent(error);
  }
}
