import type { Route } from '../lambda/contract/route.ts';
import { routes } from '../lambda/contract/routes.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Every route: its purpose, who may call it, and the status of its success. */
export const routesTable = (): string =>
  markdownTable(
    ['method and path', 'what it does', 'credential', 'answers'],
    routes.map((route: Route) => [
      code(`${route.method} ${route.path}`),
      route.summary,
      credentialOf(route),
      Object.entries(route.answers)
        .map(([status, { description }]) => `${status}: ${description}`)
        .join('<br>'),
    ]),
  );

function credentialOf({ credential, forAdmins }: Route): string {
  if (forAdmins) return 'admin';
  return credential ? 'any' : 'none';
}
