/** Where this package lies, which build it is, and its configuration and templates, with the site's on top. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { RegistrySources, Sources } from "../config/load.ts";
import { userError } from "../model/diagnostic.ts";
import type { AbsolutePath } from "../model/names.ts";
import { QUADLET_SUFFIXES } from "../model/quadlet-file.ts";
import type { Template } from "../render/handlebars.ts";
import type { Tool } from "../render/site.ts";
import { readTextFile, readTextFiles, type TextFile } from "../system/package-files.ts";
import { readFolders } from "../system/read-folders.ts";
import { weights } from "./known-models.ts";
import { ROOT } from "./package-root.ts";

export const SITE = "/etc/install-quadlets";
const QUADLET = new RegExp(`.\\.(${QUADLET_SUFFIXES})$`);

/** `stackFile` replaces /etc/install-quadlets/stack.yaml and must exist. */
export function readSources(stackFile: string | undefined, registry: RegistryFiles = {}): Sources {
  const builtIn = readBuiltIn();
  const site = stackFile === undefined ? optional(`${SITE}/stack.yaml`) : [required(stackFile)];
  return {
    stack: [...builtIn.stack, ...site],
    services: [...builtIn.services, ...readTextFiles(`${SITE}/services`, ".yaml")],
    quadlets: [...(builtIn.quadlets ?? []), ...readFolders(`${SITE}/services`, isPart)],
    registry: readRegistry(registry),
  };
}

/** Files that take the place of the site's. */
export interface RegistryFiles {
  readonly providers?: string;
  readonly mappings?: string;
  readonly keys?: string;
}

export const REGISTRY_FILES = {
  providers: "providers.yaml",
  mappings: "model-mappings.yaml",
  keys: "keys.yaml",
} as const;

function readRegistry(named: RegistryFiles): RegistrySources {
  const read = (kind: keyof typeof REGISTRY_FILES): TextFile | undefined => {
    const file = named[kind];
    return file === undefined ? optional(`${SITE}/${REGISTRY_FILES[kind]}`)[0] : required(file);
  };
  const [providers, mappings, keys] = [read("providers"), read("mappings"), read("keys")];
  return { ...(providers && { providers }), ...(mappings && { mappings }), ...(keys && { keys }) };
}

/** The package's own configuration only: what `quadlets/` shows. */
export function readBuiltIn(): Sources {
  return {
    stack: [required(`${ROOT}/config/stack.yaml`)],
    services: readTextFiles(`${ROOT}/config/services`, ".yaml"),
    quadlets: readFolders(`${ROOT}/config/services`, isPart),
  };
}

/** A quadlet, or a drop-in of one; whatever else lies there is nobody's business here. */
function isPart(name: string, folder: string): boolean {
  return folder.endsWith(".d") ? name.endsWith(".conf") : QUADLET.test(name);
}

function optional(file: string): readonly TextFile[] {
  const text = readTextFile(file);
  return text === undefined ? [] : [{ file, text }];
}

function required(file: string): TextFile {
  const text = readTextFile(file);
  if (text === undefined) throw userError("no-such-file", `${file}: no such file`);
  return { file, text };
}

/** A site's template of the same name wins over the built-in one. */
export function readTemplate(name: string): Template {
  for (const directory of [`${SITE}/templates`, `${ROOT}/templates`]) {
    const file = `${directory}/${name}`;
    const source = readTextFile(file);
    if (source !== undefined) return { file, source };
  }
  throw userError(
    "no-such-file",
    `template ${name} is neither in ${SITE}/templates nor built in`,
    "templates end in .hbs",
  );
}

export function version(): string {
  const text = readTextFile(`${ROOT}/package.json`) ?? "{}";
  return (JSON.parse(text) as { readonly version?: string }).version ?? "unknown";
}

/** Undefined when run from the sources, whatever lies in dist/: that is not what runs. */
function runningTool(): Tool | undefined {
  const text = readTextFile(fileURLToPath(new URL("../build.json", import.meta.url)));
  if (text === undefined) return undefined;
  const { id } = JSON.parse(text) as { readonly id: string };
  const build = `${version()}-${id}`;
  const pages = readTextFiles(`${ROOT}/man/man1`, ".1").map((page) => ({ name: basename(page.file), text: page.text }));
  return { source: ROOT as AbsolutePath, build, node: process.execPath as AbsolutePath, pages };
}

/** What runs, for whoever carries out a run with it. */
export const thisProgram = { version, tool: runningTool, template: readTemplate, weights };
