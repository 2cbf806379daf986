import { methodsOf, routes } from '../../../lambda/contract/routes.ts';
import { refusal } from './expected.ts';

/** A request that no route takes, and what everybody must have from it, whoever they are. */
export interface SiteRow {
  readonly method: string;
  readonly path: string;
  readonly outcome: string;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const uuid = '3f2f6a52-1111-4a5b-8c3d-000000000001';

/** Every path of the API with every method that it doesn't take. */
const wrongMethods: readonly SiteRow[] = [...new Set<string>(routes.map(({ path }) => path))].flatMap((pattern) =>
  methods
    .filter((method) => !methodsOf(pattern).some((taken) => taken === method))
    .map((method) => ({
      method,
      path: pattern.replaceAll(/\{[^}]+\}/g, uuid),
      outcome: refusal(405, 'method_not_allowed'),
    })),
);

/** Paths at which there is nothing: near to those of the API, and spelled so that a careless router takes them for one. */
const unknownPaths: readonly SiteRow[] = [
  '/',
  '/v1',
  '/v1/async',
  '/v1/async/images/paintings',
  `/v1/async/images/paintings/${uuid}`,
  `/v1/async/images/generations/${uuid}/cancel/now`,
  `/v1/async/images/generations/${uuid}/result`,
  `/v1/async/images/generations%2F${uuid}`,
  `/v1/async//images/generations/${uuid}`,
  `/V1/async/images/generations/${uuid}`,
  '/v2/models',
  '/admin',
  '/__proto__',
].flatMap((path) => ['GET', 'POST'].map((method) => ({ method, path, outcome: refusal(404, 'not_found') })));

/** What a preflight has from every path: it bears no credential, and could not. */
const preflights: readonly SiteRow[] = [...new Set<string>(routes.map(({ path }) => path))].map((pattern) => ({
  method: 'OPTIONS',
  path: pattern.replaceAll(/\{[^}]+\}/g, uuid),
  outcome: '204',
}));

export const siteRows: readonly SiteRow[] = [...wrongMethods, ...preflights, ...unknownPaths];
