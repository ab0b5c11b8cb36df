import { runWarden } from "../../src/process/warden.ts";

process.exit(await runWarden(process.argv.slice(2)));
