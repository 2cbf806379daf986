import { mayBreak, versionFrom } from '../version.ts';
import { type ApiChange, type Part, partOf } from './api-change.ts';
import { apiChanges } from './document-changes.ts';

/** The changes between two OpenAPI documents, and whether the later version announces the breaking ones. */
export interface ApiVerdict {
  /** For people: a line for each change, breaking ones first, and a summary. */
  readonly report: string;
  /** Whether there are breaking changes that the version doesn't announce. */
  readonly refused: boolean;
}

/** Compares the document of a version with an earlier one. Throws if either version is malformed. */
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
  changes === 0 ? 'No changes of the API.' : `Changes of the API: ${changes}, of which ${breaking} breaking.`;

function advice(breaking: number, announced: boolean): readonly string[] {
  if (breaking === 0) return [];
  if (announced) return ['The version announces them.'];
  return ['The version does not announce them: raise its major number, or its minor while the major is 0.'];
}
