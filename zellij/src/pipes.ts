import { callZellij, type ZellijContext } from "./command.ts";
import { spellConfiguration } from "./configuration.ts";
import { fail, type Result } from "./result.ts";

export interface PipeMessage {
  readonly payload: string;
  readonly name?: string;
  /** The plugin's URL; it is started when it does not run. Absent: every plugin that listens. */
  readonly plugin?: string;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Messages to plugins. */
export class PipeManager {
  #context: ZellijContext;

  constructor(context: ZellijContext) {
    this.#context = context;
  }

  /** Sends one message and gives what the plugins print back. */
  async pipe({ payload, name, plugin, configuration, timeoutMs }: PipeMessage): Promise<Result<string>> {
    // An empty payload would make Zellij read its standard input instead.
    if (payload === "") return fail("bad-input", "a message needs a payload");
    const spelled = configuration ? spellConfiguration(configuration) : null;
    if (spelled && !spelled.ok) return spelled;
    return callZellij(this.#context, {
      inSession: true,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      args: [
        "pipe",
        ...(name === undefined ? [] : [`--name=${name}`]),
        ...(plugin === undefined ? [] : [`--plugin=${plugin}`]),
        ...(spelled ? [`--plugin-configuration=${spelled.value}`] : []),
        "--",
        payload,
      ],
    });
  }
}
