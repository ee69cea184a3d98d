/** The settings of one service as its file declares them and as the site has them, and words typed for them as edits. */
import { ConfigError, type Diagnostic, userError } from "../model/diagnostic.ts";
import type { SettingValue } from "../model/service.ts";
import { suggest } from "../model/suggest.ts";
import { draftSite, type ServiceDraft } from "./draft.ts";
import type { Edit } from "./edit-settings.ts";
import { loadSources, type Sources } from "./load.ts";
import { collectFindings, describeValue } from "./report.ts";
import type { SettingDeclaration } from "./schema/service.ts";

export interface Setting {
  readonly name: string;
  readonly value: SettingValue | undefined;
  readonly description: string;
}

export interface Reconfigurable {
  readonly settings: readonly Setting[];
  /** Throws a UserError with all that is wrong with the words, before anything is read into a file. */
  edits(words: readonly string[], resets: readonly string[]): readonly Edit[];
}

/** Throws a ConfigError where the site has faults already, a UserError for a service that it has not. */
export function reconfigurable(sources: Sources, service: string): Reconfigurable {
  const diagnostics: Diagnostic[] = [];
  const report = collectFindings(diagnostics);
  const site = draftSite(loadSources(sources, report), report);
  if (diagnostics.length > 0) throw new ConfigError(diagnostics);
  const draft = site.draftOf.get(service);
  if (draft === undefined) {
    const names = site.drafts.map(({ name }) => name);
    throw userError("unknown-name", `there is no service ${service} in the stack`, suggest(service, names, "services"));
  }
  const settings = Object.entries(draft.written.settings).map(([name, { description }]) => ({
    name,
    value: draft.settings[name],
    description,
  }));
  return { settings, edits: (words, resets) => editsOf(draft, words, resets) };
}

const GPU = { "gpu.memory": "number", "gpu.devices": "list" } as const;

function editsOf(draft: ServiceDraft, words: readonly string[], resets: readonly string[]): readonly Edit[] {
  const faults: string[] = [];
  const edits: Edit[] = [];
  const known = [...Object.keys(draft.written.settings), ...(draft.written.gpu === undefined ? [] : Object.keys(GPU))];
  const declared = (name: string): SettingDeclaration["type"] | undefined =>
    Object.hasOwn(draft.written.settings, name)
      ? draft.written.settings[name]?.type
      : known.includes(name)
        ? GPU[name as keyof typeof GPU]
        : undefined;
  const unknown = (name: string) =>
    faults.push(`${draft.name} has no setting ${JSON.stringify(name)}: ${suggest(name, known, "settings")}`);
  for (const word of words) {
    const at = word.indexOf("=");
    const [name, text] = at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
    const type = declared(name);
    if (type === undefined) unknown(name);
    else if (text === undefined) faults.push(`${name}: wanted ${name}=VALUE`);
    else {
      const value = typedValue(type, text);
      if (value === undefined) faults.push(`${name}: wanted ${WANTED[type]}, found ${describeValue(text)}`);
      else edits.push({ path: pathOf(draft, name), value });
    }
  }
  for (const name of resets) {
    if (declared(name) === undefined) unknown(name);
    else edits.push({ path: pathOf(draft, name), value: undefined });
  }
  if (faults.length === 0) return edits;
  throw userError(
    "bad-value",
    `${faults.join("\nerror: ")}`,
    `nothing was changed; vllm-manage reconfigure ${draft.name} lists them`,
  );
}

/** A setting that follows what stack.yaml gives as `gpu` is changed there: in two places it would contradict itself. */
function pathOf({ written, entry }: ServiceDraft, name: string): readonly string[] {
  const [section, key] = name.split(".");
  if (section === "gpu" && key !== undefined && name in GPU) return ["gpu", key];
  if (name === written.gpu?.memory && entry.gpu?.memory !== undefined) return ["gpu", "memory"];
  if (name === written.gpu?.devices && entry.gpu?.devices !== undefined) return ["gpu", "devices"];
  return ["settings", name];
}

const WANTED: Readonly<Record<SettingDeclaration["type"], string>> = {
  string: "a text",
  tag: "a text",
  enum: "a text",
  size: "a size",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  list: "texts with commas between",
};

/** What is wrong with a value of the right type is for the configuration's own rules to say. */
function typedValue(type: SettingDeclaration["type"], text: string): SettingValue | undefined {
  switch (type) {
    case "integer":
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case "number":
      return /^-?(\d{1,15}|\d{0,15}\.\d{1,15})$/.test(text) ? Number(text) : undefined;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "list":
      return text === "" ? [] : text.split(",").map((item) => item.trim());
    case "string":
    case "tag":
    case "enum":
    case "size":
      return text;
    default:
      return type satisfies never;
  }
}
