import type { AnyCommand } from "./command.ts";

/** A subcommand as help and dispatch know it. `name` is one word, or two for a command within a group. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<AnyCommand>;
}

/** Every subcommand there is. Only the one that was asked for is loaded. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "Run the squad on a prompt; what happens without a command",
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "resume",
    summary: "Go on with a run that was stopped, failed or crashed",
    load: async () => (await import("./commands/resume.ts")).resume,
  },
  {
    name: "attach",
    summary: "Open the panes of a run again",
    load: async () => (await import("./commands/attach.ts")).attach,
  },
  {
    name: "layout",
    summary: "Print the Zellij layout of a run",
    load: async () => (await import("./commands/layout.ts")).layout,
  },
  {
    name: "interrupt",
    summary: "Have a run finish what has begun and start nothing more, as Ctrl+S does",
    load: async () => (await import("./commands/interrupt.ts")).interrupt,
  },
  {
    name: "config show",
    summary: "Print every setting with where its value comes from",
    load: async () => (await import("./commands/config.ts")).show,
  },
  {
    name: "config compile",
    summary: "Compile the squad's Starlark file to JSON",
    load: async () => (await import("./commands/config_file.ts")).compile,
  },
  {
    name: "config check",
    summary: "Tell everything that is wrong with a configuration of the squad",
    load: async () => (await import("./commands/config_file.ts")).check,
  },
  {
    name: "plan",
    summary: "Print what a run would do, without running anything",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "status",
    summary: "Print how far a run is, who waits for whom and the time left, or how it ended",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "logs",
    summary: "Print or follow the log of an agent, or the timeline",
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "events",
    summary: "Print or follow the journal's events",
    load: async () => (await import("./commands/events.ts")).events,
  },
  {
    name: "memory inspect",
    summary: "Print what the runs in this folder have left to remember",
    load: async () => (await import("./commands/memory.ts")).inspect,
  },
  {
    name: "memory condense",
    summary: "Merge older memories into summaries that point to them",
    load: async () => (await import("./commands/condense.ts")).condense,
  },
  {
    name: "agentfs read",
    summary: "Print the newest turns of the action log, and their events",
    load: async () => (await import("./commands/agentfs.ts")).read,
  },
  {
    name: "audit verify",
    summary: "Check that nobody has changed a run's journal, and that AgentFS holds what it says",
    load: async () => (await import("./commands/audit.ts")).verify,
  },
  {
    name: "audit rebuild",
    summary: "Make again what AgentFS holds of a run, from its journal",
    load: async () => (await import("./commands/audit_rebuild.ts")).rebuild,
  },
  {
    name: "audit export",
    summary: "Write one portable file with all that is known of a run",
    load: async () => (await import("./commands/audit_export.ts")).exportRun,
  },
  {
    name: "audit diff",
    summary: "Compare two runs: agents, prompts, answers, tokens, files, states",
    load: async () => (await import("./commands/audit_diff.ts")).diff,
  },
  {
    name: "doctor",
    summary: "Check what this machine needs, and say how to fix it",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "completion",
    summary: "Print a completion script for bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
