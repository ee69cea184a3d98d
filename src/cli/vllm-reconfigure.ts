/** `vllm-manage reconfigure`: words or answers to an edit of stack.yaml, which is tried and goes back where no token comes. */
import { type Edit, withSettings } from "../config/edit-settings.ts";
import { reconfigurable, type Setting } from "../config/settings-of.ts";
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import { reconfigure as runReconfigure } from "../runs/reconfigure.ts";
import { makeRootSystem } from "./context.ts";
import { type InstallOptions, installRun, tell } from "./install.ts";
import { knownModels } from "./known-models.ts";
import { complain, print, table } from "./output.ts";
import { readSources, SITE } from "./package.ts";

export interface ReconfigureOptions extends InstallOptions {
  readonly reset?: readonly string[];
  readonly force?: boolean;
}

/** The first word without "=" is the service; `choose` says which is meant without one. */
export async function reconfigure(
  words: readonly string[],
  options: ReconfigureOptions,
  choose: (name?: string) => Promise<string>,
): Promise<void> {
  makeRootSystem();
  const [first = ""] = words;
  const isNamed = words.length > 0 && !first.includes("=");
  const service = await choose(isNamed ? first : undefined);
  const typed = isNamed ? words.slice(1) : words;
  const { reset = [] } = options;
  const changes = typed.length + reset.length > 0 ? typed : await askFor(service);
  const { json, yes, dryRun, verbose } = options;
  const base = installRun({
    ...(json && { json }),
    ...(yes && { yes }),
    ...(dryRun && { dryRun }),
    ...(verbose && { verbose }),
  });
  const outcome = await runReconfigure(
    {
      ...base,
      welcome: (_, answers) => {
        if (json === true) return base.welcome(_, answers);
        for (const { asked, where, milliseconds } of answers) {
          print(`${asked} answers at ${where} (${(milliseconds / 1000).toFixed(1)} s)`);
        }
      },
    },
    {
      service,
      directory: SITE,
      file: "stack.yaml",
      edit: (text, sources) => {
        const edits: readonly Edit[] = reconfigurable(sources, service).edits(changes, reset);
        return withSettings(`${SITE}/stack.yaml`, text, service, edits);
      },
      known: knownModels(),
      force: options.force === true,
    },
  );
  tell(outcome);
  if (outcome === "done" && json !== true) complain(next("vllm-manage reconfigure", service));
}

/** What there is to set, and then settings until somebody has no more. */
async function askFor(service: string): Promise<readonly string[]> {
  const { settings, edits } = reconfigurable(readSources(undefined), service);
  if (process.stdin.isTTY !== true) {
    print(settingsText(settings));
    throw userError("no-terminal", "which settings?", `sudo vllm-manage reconfigure ${service} max_model_len=16384`);
  }
  complain(settingsText(settings));
  const talk = (await import("./ask.ts")).converse();
  try {
    return await collectWords(talk.put, (word) => edits([word], []), complain);
  } finally {
    talk.end();
  }
}

/** Settings until nothing is typed; one that is wrong is said, and asked for again. */
export async function collectWords(
  put: (question: string) => Promise<string>,
  check: (word: string) => unknown,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const words: string[] = [];
  for (;;) {
    const word = await put(words.length === 0 ? "SETTING=VALUE: " : "Another one, or nothing to go on: ");
    if (word === "" && words.length > 0) return words;
    if (word === "") throw new Stopped("nothing was changed");
    try {
      check(word);
      words.push(word);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say(error.message);
    }
  }
}

function settingsText(settings: readonly Setting[]): string {
  const rows = settings.map(({ name, value, description }) => [name, valueText(value), description]);
  return table([["SETTING", "NOW", "WHAT IT IS"], ...rows]);
}

function valueText(value: Setting["value"]): string {
  if (value === undefined || value === "") return "-";
  return typeof value === "object" ? value.join(",") || "-" : String(value);
}
