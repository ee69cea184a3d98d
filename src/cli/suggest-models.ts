/** `models suggest` of gateway-manage and vllm-manage: which models this host has memory for, as lines for the files or written into them. */
import { withValue, writtenAt } from "../config/edit-settings.ts";
import type { Sources } from "../config/load.ts";
import { resolveStack } from "../config/resolve.ts";
import { type Present, type SuggestedEdit, type SuggestedFile, VLLM } from "../init/suggest-edits.ts";
import { type Suggestion, suggestModels } from "../init/suggest-models.ts";
import { userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import type { Stack } from "../model/service.ts";
import { textDiff } from "../plan/format.ts";
import { writeSiteFile } from "../runs/write-site-file.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { makeRootSystem } from "./context.ts";
import { situationOf } from "./init.ts";
import { complain, print, printJson, table } from "./output.ts";
import { REGISTRY_FILES, readSources, SITE } from "./package.ts";

export interface SuggestOptions {
  readonly json?: boolean;
  readonly apply?: boolean;
  readonly yes?: boolean;
}

const PATHS: Readonly<Record<SuggestedFile, string>> = {
  stack: `${SITE}/stack.yaml`,
  providers: `${SITE}/${REGISTRY_FILES.providers}`,
  mappings: `${SITE}/${REGISTRY_FILES.mappings}`,
};

interface Changed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export async function suggest({ json, apply, yes }: SuggestOptions): Promise<void> {
  if (json === true && apply === true) throw userError("bad-value", "--json only shows: leave out --apply");
  const system = apply === true ? makeRootSystem() : makeSystem();
  const sources = readSources(undefined);
  const at = await situationOf(system);
  const suggestion = suggestModels(at, presentIn(sources, resolveStack(sources)));
  if (suggestion === undefined) {
    throw userError(
      "no-gpu",
      `nobody can say what this host computes with: ${at.cards.unknown.join("; ")}`,
      "sudo vllm-manage gpu",
    );
  }
  const changed = changesOf(sources, suggestion.edits);
  // As a plan will read it: throws with what is wrong.
  resolveStack(withChanges(sources, changed));
  if (json === true) {
    return printJson({ version: 1, ...suggestion, files: changed.map(({ path, after }) => ({ path, text: after })) });
  }
  print(suggestionText(suggestion, changed));
  if (apply !== true || changed.length === 0) return;
  if (yes !== true) await askYes("Write that?");
  for (const one of changed) await write(system, one);
  complain(next("gateway-manage models suggest"));
}

type Written<Of> = Readonly<Record<string, Of | undefined>>;

export function presentIn({ stack, registry }: Sources, { services }: Stack): Present {
  const own = textOf(stack, PATHS.stack);
  const { providers, mappings, keys } = registry ?? {};
  const models = entriesIn<{ aliases?: string[] }>(mappings?.text, "models");
  const settingsOf = (service: string) => services.find(({ name }) => name === service)?.settings;
  const ollama = settingsOf("ollama")?.["models"];
  const isNamed = providers !== undefined || mappings !== undefined || keys !== undefined;
  const served = isNamed ? settingsOf(VLLM)?.["served_name"] : undefined;
  return {
    services: services.map(({ name }) => name),
    ollama: typeof ollama === "object" ? ollama : [],
    isWritten: (path) => writtenAt(own, path) !== undefined,
    providers:
      providers &&
      entriesIn<{ service?: string; models?: object }>(providers.text, "providers").map(([name, entry]) => ({
        name,
        service: entry?.service,
        models: entry?.models && Object.keys(entry.models),
      })),
    mappings: mappings && models.flatMap(([name, entry]) => [name, ...(entry?.aliases ?? [])]),
    servedName: typeof served === "string" ? served : undefined,
  };
}

/** Entries of a file that a plan could read: it was checked before. */
function entriesIn<Of>(text: string | undefined, section: string): readonly [string, Of | undefined][] {
  return Object.entries((writtenAt(text ?? "", [section]) ?? {}) as Written<Of>);
}

export function changesOf(sources: Sources, edits: readonly SuggestedEdit[]): readonly Changed[] {
  return (["stack", "providers", "mappings"] as const).flatMap((file) => {
    const path = PATHS[file];
    const before = file === "stack" ? textOf(sources.stack, path) : (sources.registry?.[file]?.text ?? "");
    const own = edits.filter((edit) => edit.file === file);
    const after = own.reduce((text, edit) => withValue(path, text, edit.path, edit.value), seeded(before, own));
    return after === before ? [] : [{ path, before, after }];
  });
}

/** A new file is written in lines, as people do, and not as one long map. */
function seeded(text: string, [first]: readonly SuggestedEdit[]): string {
  const [section, name] = first?.path ?? [];
  return text.trim() !== "" || name === undefined ? text : `${text}${section}:\n  ${name}: {}\n`;
}

function textOf(files: Sources["stack"], path: string): string {
  return files.find(({ file }) => file === path)?.text ?? "";
}

function withChanges(sources: Sources, changed: readonly Changed[]): Sources {
  const after = (path: string) => changed.find((one) => one.path === path)?.after;
  const stack = after(PATHS.stack);
  const registry = (["providers", "mappings"] as const).flatMap((kind) => {
    const text = after(PATHS[kind]);
    return text === undefined ? [] : [[kind, { file: PATHS[kind], text }] as const];
  });
  return {
    ...sources,
    stack:
      stack === undefined
        ? sources.stack
        : [...sources.stack.filter(({ file }) => file !== PATHS.stack), { file: PATHS.stack, text: stack }],
    registry: { ...sources.registry, ...Object.fromEntries(registry) },
  };
}

export function suggestionText({ found, models, remarks }: Suggestion, changed: readonly Changed[]): string {
  const rows = models.map(({ name, engine, why }) => [`  ${name}`, engine, why]);
  const diffs = changed.map(({ path, before, after }) => textDiff(path, before, after));
  const files = diffs.length === 0 ? ["the configuration says all of that already"] : diffs;
  return [`${found}:`, table(rows), "", ...files, ...remarks.map((text) => `note: ${text}`)].join("\n");
}

async function write(system: System, { path, before, after }: Changed): Promise<void> {
  if (((await system.files.read(path)) ?? "") !== before) {
    throw userError("plan-differs", `${path} changed meanwhile, and was not written`, "look at it, and type it again");
  }
  await writeSiteFile(system, SITE, path, after);
  print(`written: ${path}`);
}
