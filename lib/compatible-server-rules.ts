import type { CompatibleModel, CompatibleServer } from '../lambda/contract/compatible-server.ts';
import { isProviderName } from '../lambda/contract/provider-names.ts';
import { operations } from '../lambda/domain/generation.ts';
import { lambdaLimits } from '../lambda/domain/service-limits.ts';
import { brokenHosts } from './trusted-host-rules.ts';

/** A sentence for each rule that a stage's compatible servers break. */
export const brokenServers = (servers: Readonly<Record<string, CompatibleServer>>): readonly string[] =>
  Object.entries(servers).flatMap(([name, server]) => [
    ...brokenName(name),
    ...brokenServer(`compatibleServers.${name}`, server),
  ]);

function brokenName(name: string): readonly string[] {
  if (isProviderName(name)) {
    return [`compatibleServers.${name} has the name of a built-in provider; choose another name.`];
  }
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 30) return [];
  return [
    `compatibleServers.${name}: the name of a server must be 1 to 30 lower-case letters, digits and single hyphens between them, and start with a letter.`,
  ];
}

function brokenServer(path: string, server: CompatibleServer): readonly string[] {
  const { models, responseFormat = 'none', imageField = 'image', resultHosts = [] } = server;
  const names = models.map(({ model }) => model);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return [
    ...brokenBaseUrl(path, server),
    ...unless(models.length > 0, `${path}.models is empty: name at least one model.`),
    ...unless(twice === undefined, `${path}.models names ${twice} twice.`),
    ...models.flatMap((model) => brokenModel(`${path}.models (${model.model})`, model)),
    ...unless(
      ['b64_json', 'url', 'none'].includes(responseFormat),
      `${path}.responseFormat must be b64_json, url or none, not ${responseFormat}.`,
    ),
    ...unless(
      ['image', 'image[]'].includes(imageField),
      `${path}.imageField must be image or image[], not ${imageField}.`,
    ),
    ...brokenHosts(`${path}.resultHosts`, resultHosts),
    ...brokenRate(path, server.requestsPerMinute),
  ];
}

/** A sentence for a rate that isn't one. */
export const brokenRate = (path: string, requestsPerMinute: number | undefined): readonly string[] =>
  brokenNumber(`${path}.requestsPerMinute`, requestsPerMinute, 6000);

/** The key goes to this address, so that plain http must be meant. */
function brokenBaseUrl(path: string, { baseUrl, plainHttp = false }: CompatibleServer): readonly string[] {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isHttp = url?.protocol === 'http:' && (plainHttp || url.hostname === '127.0.0.1');
  const isBare = url !== undefined && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  return unless(
    (url?.protocol === 'https:' || isHttp) && isBare && !baseUrl.endsWith('/'),
    `${path}.baseUrl (${withoutCredential(baseUrl)}) must be an https URL (http on 127.0.0.1, or with plainHttp set to true), without credentials, query or trailing slash.`,
  );
}

/** Fields that determine the request's format; a model's `parameters` are sent in addition to these, never instead. */
const ownFields = ['model', 'prompt', 'n', 'size', 'image', 'mask', 'response_format', 'stream', 'partial_images'];

function brokenModel(path: string, model: CompatibleModel): readonly string[] {
  const { operations: served = operations, sizes, parameters = [] } = model;
  const { typicalSeconds = 1, timeoutSeconds = 300 } = model;
  const isServed = served.length > 0 && served.every((name) => operations.includes(name));
  const isSized = sizes === undefined || (sizes.length > 0 && sizes.every((size) => /^[1-9]\d*x[1-9]\d*$/.test(size)));
  const reserved = parameters.filter((name) => ownFields.includes(name) || !/^[a-z]\w*$/i.test(name));
  return [
    ...unless(
      /^[\w.:@/+-]{1,100}$/.test(model.model),
      `${path}: the name of a model must be 1 to 100 letters, digits and any of . _ : @ / + -.`,
    ),
    ...unless(isServed, `${path}: operations must be a selection of ${operations.join(', ')}.`),
    ...unless(isSized, `${path}: sizes must have the form 1024x768, at least one of them.`),
    ...unless(reserved.length === 0, `${path}: parameters can't name ${reserved.join(', ')}.`),
    ...brokenNumber(`${path}: imagesPerRequest`, model.imagesPerRequest, 10),
    ...brokenNumber(`${path}: inputImages`, model.inputImages, 16),
    ...brokenNumber(`${path}: typicalSeconds`, model.typicalSeconds, lambdaLimits.invocationSeconds),
    ...brokenNumber(`${path}: timeoutSeconds`, model.timeoutSeconds, lambdaLimits.invocationSeconds),
    ...unless(typicalSeconds <= timeoutSeconds, `${path}: typicalSeconds must be at most timeoutSeconds.`),
    ...brokenPrice(path, model.price),
  ];
}

function brokenPrice(path: string, price: CompatibleModel['price']): readonly string[] {
  if (price === undefined) return [];
  const { usdPerImage } = price;
  const isPrice = typeof usdPerImage === 'number' && usdPerImage >= 0 && usdPerImage <= 100;
  return unless(isPrice, `${path}: price.usdPerImage must be a number from 0 to 100, not ${usdPerImage}.`);
}

const brokenNumber = (name: string, value: number | undefined, most: number): readonly string[] =>
  unless(
    value === undefined || (Number.isInteger(value) && value >= 1 && value <= most),
    `${name} must be a whole number from 1 to ${most}, not ${value}.`,
  );

const withoutCredential = (url: string): string => url.replace(/\/\/[^/@]*@/, '//…@');

const unless = (holds: boolean, otherwise: string): readonly string[] => (holds ? [] : [otherwise]);
