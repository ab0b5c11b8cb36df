import type { CodexOptions, ThreadOptions } from "@openai/codex-sdk";
import type { BackendContext, TurnRequest } from "../backend.ts";
import { readProfile, writeProfile } from "./permissions.ts";

type Config = NonNullable<CodexOptions["config"]>;

/** One layer of retries, codex's own for a stream; with both layers a broken server gets nine requests. */
const REQUEST_RETRIES = 0;
const STREAM_RETRIES = 4;

export interface CodexSetup {
  /** What stands in for codex: the guard. */
  readonly executable: string;
  /** The whole environment of codex. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that the agents' commands do not get. */
  readonly hiddenVariables: readonly string[];
  /** Folders whose `.codex/config.toml` codex would look for: the workspace and the repositories around it. */
  readonly projectFolders: readonly string[];
}

/** What the SDK needs for one turn. A `Codex` object is cheap: each turn gets one of its own. */
export function codexOptions(request: TurnRequest, context: BackendContext, setup: CodexSetup): CodexOptions {
  return {
    codexPathOverride: setup.executable,
    env: { ...setup.env },
    config: {
      check_for_update_on_startup: false,
      allow_login_shell: false,
      // Where there is no internet, each of these ends a turn some seconds late.
      analytics: { enabled: false },
      // Work and tokens of codex's own sub-agents would be invisible to us.
      agents: { enabled: false },
      features: {
        plugins: false,
        apps: false,
        remote_plugin: false,
        shell_snapshot: false,
        // With it, a server that nobody listens at is tried for ever.
        unbounded_connection_retries: false,
      },
      // Without the default ones commands would see *_API_KEY and *_TOKEN.
      shell_environment_policy: { ignore_default_excludes: false, exclude: [...setup.hiddenVariables] },
      ...(context.baseUrl === null ? {} : customProvider(request, context, context.baseUrl)),
    },
    configOverrides: [trustOverride(setup.projectFolders, context.trust), ...profileOverrides(request, context)],
  };
}

/** A resumed thread keeps no settings, so that every turn gives all of them. */
export function threadOptions(request: TurnRequest): ThreadOptions {
  return {
    workingDirectory: request.workspace,
    skipGitRepoCheck: true,
    approvalPolicy: "never",
    webSearchMode: request.webSearch ? "live" : "disabled",
    ...(request.sandbox === "danger-full-access" ? { sandboxMode: request.sandbox } : {}),
    ...(request.model === undefined ? {} : { model: request.model }),
    ...(request.reasoningEffort === undefined
      ? {}
      : { modelReasoningEffort: request.reasoningEffort as NonNullable<ThreadOptions["modelReasoningEffort"]> }),
  };
}

function customProvider(request: TurnRequest, { env }: BackendContext, baseUrl: string): Config {
  return {
    model_provider: "orchestrated",
    model_providers: {
      orchestrated: {
        name: "orchestrated",
        base_url: baseUrl,
        wire_api: "responses",
        requires_openai_auth: false,
        supports_websockets: false,
        request_max_retries: REQUEST_RETRIES,
        stream_max_retries: STREAM_RETRIES,
        // A local server needs no key, but codex refuses to start when a variable that it was told of is missing.
        ...(env.OPENAI_API_KEY ? { env_key: "OPENAI_API_KEY" } : {}),
        http_headers: {
          "x-orchestrator-session": request.session,
          "x-orchestrator-agent": request.agent,
          "x-orchestrator-phase": request.phase,
          "x-orchestrator-attempt": String(request.attempt),
        },
      },
    },
  };
}

/** Said for every folder: otherwise codex notes the project as trusted in the user's own configuration by itself. */
function trustOverride(folders: readonly string[], trust: boolean): string {
  const level = trust ? "trusted" : "untrusted";
  return `projects={${folders.map((folder) => `${JSON.stringify(folder)}={trust_level="${level}"}`).join(", ")}}`;
}

function profileOverrides(request: TurnRequest, context: BackendContext): string[] {
  switch (request.sandbox) {
    case "danger-full-access":
      return [];
    case "workspace-write":
      return writeProfile(request, context.protectedPaths);
    case "read-only":
      return readProfile(request);
  }
}
