import type { RoutePlan } from '../plan/rest-api.ts';

/** What a request's path and method lead to. */
export type RouteMatch =
  | {
      readonly kind: 'route';
      readonly route: RoutePlan;
      /** As they were sent, still encoded. */
      readonly pathParameters: Readonly<Record<string, string>> | null;
    }
  /** No such path, or a known path without such a method: API Gateway makes no difference between the two. */
  | { readonly kind: 'none' };

interface PathNode {
  readonly literals: Map<string, PathNode>;
  /** A `{name}` segment below this one; API Gateway allows one at each place. */
  parameter: { readonly name: string; readonly node: PathNode } | undefined;
  /** A `{name+}` segment below this one. */
  greedy: { readonly name: string; readonly node: PathNode } | undefined;
  readonly methods: Map<string, RoutePlan>;
}

interface FoundNode {
  readonly node: PathNode;
  readonly parameters: readonly (readonly [string, string])[];
}

/**
 * Builds API Gateway's routing: in each segment a literal takes precedence over `{name}`, which takes precedence over
 * `{name+}`, and the path is matched before the method, where the exact one takes precedence over ANY. A path without
 * methods of its own is no route. An encoded slash doesn't separate segments, and parameters are passed as they were
 * sent: https://github.com/aws/aws-sam-cli/issues/771
 */
export function createRouter(routes: readonly RoutePlan[]): (method: string, path: string) => RouteMatch {
  const root = createNode();
  for (const route of routes) grow(root, splitPath(route.path)).methods.set(route.method, route);
  return (method, path) => {
    const found = find(root, splitPath(path));
    const route = found?.node.methods.get(method) ?? found?.node.methods.get('ANY');
    if (found === undefined || route === undefined) return { kind: 'none' };
    const { parameters } = found;
    return { kind: 'route', route, pathParameters: parameters.length === 0 ? null : Object.fromEntries(parameters) };
  };
}

/** Decodes a segment; one that isn't properly encoded stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function createNode(): PathNode {
  return { literals: new Map(), parameter: undefined, greedy: undefined, methods: new Map() };
}

function splitPath(path: string): string[] {
  // A slash at the end leads to the same resource as the path without it.
  return path
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split('/')
    .filter((segment, _, all) => all.length > 1 || segment !== '');
}

function grow(node: PathNode, segments: readonly string[]): PathNode {
  const [segment, ...rest] = segments;
  if (segment === undefined) return node;
  const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
  if (name === undefined) {
    const next = node.literals.get(segment) ?? createNode();
    node.literals.set(segment, next);
    return grow(next, rest);
  }
  if (plus === '+') {
    node.greedy ??= { name, node: createNode() };
    return node.greedy.node;
  }
  node.parameter ??= { name, node: createNode() };
  return grow(node.parameter.node, rest);
}

function find(node: PathNode, segments: readonly string[]): FoundNode | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return node.methods.size > 0 ? { node, parameters: [] } : undefined;
  const literal = node.literals.get(decode(segment));
  const below = literal === undefined ? undefined : find(literal, rest);
  if (below !== undefined) return below;
  const { parameter, greedy } = node;
  const through = parameter === undefined || segment === '' ? undefined : find(parameter.node, rest);
  if (parameter !== undefined && through !== undefined) {
    return { node: through.node, parameters: [[parameter.name, segment], ...through.parameters] };
  }
  if (greedy === undefined) return undefined;
  return { node: greedy.node, parameters: [[greedy.name, segments.join('/')]] };
}
