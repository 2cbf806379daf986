import type { APIGatewayProxyEvent } from 'aws-lambda';
import { pathParametersOf } from './path-parameters.ts';

/**
 * The route's own path, decoded. It is made from the resource's pattern and its parameters, because `event.path` holds
 * a custom domain's base path as well, and no stage: neither it nor `requestContext.path` is the route's path in every
 * set-up.
 */
export function routePathOf(event: APIGatewayProxyEvent): string {
  const parameters = pathParametersOf(event);
  return event.resource.replaceAll(/\{([^}+]+)\+?\}/g, (pattern, name: string) => parameters[name] ?? pattern);
}

/**
 * `https://host/stage` as the caller reached it. The host is untrusted, so it is used only if it is a
 * host's name or address and nothing else; a hostile one gives way to the domain that API Gateway knows. Where neither is
 * known the origin is the stage alone, and a link made from it relative, which every client resolves against its own.
 */
export function requestOrigin(
  event: APIGatewayProxyEvent,
  forwardedProtocol: string | undefined,
  host: string | undefined,
): string {
  const protocol = forwardedProtocol?.split(',')[0]?.trim().toLowerCase();
  const safeHost = host !== undefined && isHost(host) ? host : event.requestContext.domainName;
  const authority = safeHost === undefined ? '' : `${protocol === 'http' ? 'http' : 'https'}://${safeHost}`;
  return `${authority}${prefixOf(event)}`;
}

const hostName = /^[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9])?(?::\d{1,5})?$/i;
const addressInBrackets = /^\[[0-9a-f:.]{2,45}\](?::\d{1,5})?$/i;

const isHost = (host: string): boolean => hostName.test(host) || addressInBrackets.test(host);

/** An encoded slash counts as one, however often it is encoded: a parameter may hold it, and be decoded or not. */
const segmentsOf = (path: string): readonly string[] =>
  path.split(/\/|%(?:25)*2f/i).filter((segment) => segment !== '');

/** The prefix of the route's path in the caller's URL: the stage, or a custom domain's base path. */
function prefixOf(event: APIGatewayProxyEvent): string {
  const all = segmentsOf(event.requestContext.path ?? event.path);
  const prefix = all.slice(0, Math.max(0, all.length - segmentsOf(routePathOf(event)).length));
  return prefix.every((segment) => /^[\w.~-]+$/.test(segment)) ? prefix.map((segment) => `/${segment}`).join('') : '';
}
