/**
 * The changelog with its Unreleased section turned into that of a version, dated YYYY-MM-DD, and a new empty one above.
 * Throws a sentence if the section is missing or empty.
 */
export function releasedChangelog(changelog: string, version: string, date: string): string {
  const [heading, before, after] = parted(changelog);
  const end = after.search(/^## /m);
  const unreleased = end < 0 ? after : after.slice(0, end);
  if (!/^[-*] \S/m.test(unreleased)) throw new Error('The Unreleased section of CHANGELOG.md is empty.');
  return `${before}${heading}\n\n## [${version}] - ${date}${after}`;
}

function parted(changelog: string): readonly [heading: string, before: string, after: string] {
  const heading = '## [Unreleased]';
  const at = `\n${changelog}`.indexOf(`\n${heading}\n`);
  if (at < 0) throw new Error(`CHANGELOG.md has no heading "${heading}".`);
  return [heading, changelog.slice(0, at), changelog.slice(at + heading.length)];
}

/** package.json or package-lock.json with another version, formatted as npm does. */
export function withVersion(manifest: string, version: string): string {
  const renewed = JSON.parse(manifest);
  renewed.version = version;
  const own = renewed.packages?.[''];
  if (own !== undefined) own.version = version;
  return `${JSON.stringify(renewed, null, 2)}\n`;
}

/** A page with the file name of `npm pack`'s tarball changed to another version. */
export const withTarballOf = (page: string, version: string): string =>
  page.replaceAll(/\bdarkroom-\d+\.\d+\.\d+\.tgz\b/g, `darkroom-${version}.tgz`);
