const PART_LIMIT = 100;

/** A name that is safe as one part of a path in AgentFS, which stores `..`, NUL and endless names as they come. */
export function cleanPart(name: string): string {
  const clean = name
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^\.+/, "_")
    .slice(0, PART_LIMIT);
  return clean === "" ? "_" : clean;
}

/** `2026-11-24T04:16:17.123Z` as a file name's part: `20261124T041617123Z`. */
export const fileStamp = (at: string): string => cleanPart(at.replace(/[-:.]/g, ""));
