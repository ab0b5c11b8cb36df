import packageJson from "../../package.json" with { type: "json" };

/** The tool's own version, as `--version` prints it. */
export const VERSION: string = packageJson.version;
