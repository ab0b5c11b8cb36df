/** The recorder alone, as the executable starts it. */
import { runRecorder } from "../../src/store/recorder.ts";
import { InterruptSummary } from "../../src/views/interrupt.ts";

process.exit(await runRecorder(process.argv.slice(3), () => new InterruptSummary()));
