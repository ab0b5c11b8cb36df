import { runGuard } from "./guard.ts";

runGuard();
