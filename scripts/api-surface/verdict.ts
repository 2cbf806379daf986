import { mayBreak, versionFrom } from '../version.ts';
import { type ApiChange, type Part, partOf } from './api-change.ts';
import { apiChanges } from './document-changes.ts';

/** How two OpenAPI documents differ, and whether the later one's version says so. */
export interface ApiVerdict {
  /** For people: a line for each change, those that break first, and a conclusion. */
  readonly report: string;
  /** Whether something breaks that the version doesn't announce. */
  readonly refused: boolean;
}

/** What the document of a version promises beside that of an earlier one. Throws where a version is none. */
export function apiVerdict(before: Part, after: Part, version: string): ApiVerdict {
  const earlier = String(partOf(before.info).version);
  const changes = [...apiChanges(before, after)].sort((a, b) => Number(b.breaking) - Number(a.breaking));
  const breaking = changes.filter((each) => each.breaking);
  const announced = mayBreak(versionFrom(version), versionFrom(earlier));
  return {
    report: [...changes.map(line), conclusion(changes.length, breaking.length), ...advice(breaking.length, announced)]
      .join('\n')
      .concat('\n'),
    refused: breaking.length > 0 && !announced,
  };
}

const line = ({ where, what, breaking }: ApiChange): string =>
  `${(breaking ? 'breaking' : 'compatible').padEnd(12)}${where}: ${what}`;

const conclusion = (changes: number, breaking: number): string =>
  changes === 0 ? 'The API is the same.' : `Changes of the API: ${changes}, of which ${breaking} may break clients.`;

function advice(breaking: number, announced: boolean): readonly string[] {
  if (breaking === 0) return [];
  if (announced) return ['The version says so.'];
  return ['The version does not say so: raise its major number, or its minor while the major is 0.'];
}
