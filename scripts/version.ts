/** A semantic version without pre-release or build labels. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Throws a sentence if the text is no such version. */
export function versionFrom(text: string): Version {
  const [, major, minor, patch] = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(text) ?? [];
  if (patch === undefined) throw new Error(`"${text}" is no version: it takes three whole numbers, such as 0.2.0.`);
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Whether one version comes after another. */
export function isAfter(version: Version, earlier: Version): boolean {
  if (version.major !== earlier.major) return version.major > earlier.major;
  if (version.minor !== earlier.minor) return version.minor > earlier.minor;
  return version.patch > earlier.patch;
}

/**
 * Whether a version announces breaking changes: a new major number, or a new minor while the major is 0
 * (https://semver.org/#spec-item-4 allows anything then; this is stricter).
 */
export const mayBreak = (version: Version, earlier: Version): boolean =>
  version.major > earlier.major || (version.major === 0 && earlier.major === 0 && version.minor > earlier.minor);
