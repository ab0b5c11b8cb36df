/** Shorter ones would be found within other things. */
const SHORTEST_ENCODED = 12;

/** The ways in which a value is written: as it is, within JSON (once, and within JSON within JSON), in a URL, as base64. */
export function listForms(value: string): string[] {
  const escaped = escapeJson(value);
  const forms = [value, escaped, escapeJson(escaped), encodeUrl(value), ...encodeBase64(value)];
  return [...new Set(forms)].filter((form) => form !== "");
}

const escapeJson = (value: string): string => JSON.stringify(value).slice(1, -1);

function encodeUrl(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    // Half a surrogate pair: nobody can write it into a URL either.
    return value;
  }
}

/** Without what would differ when something follows the value, the line end of `echo` for instance. */
function encodeBase64(value: string): string[] {
  const bytes = Buffer.from(value);
  if (bytes.length < SHORTEST_ENCODED) return [];
  return [bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64")];
}
