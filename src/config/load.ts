/** Brings the built-in files and the site's together: one stack, one file per service. */
import type { FoundQuadlet } from "../model/quadlet-file.ts";
import { type MapNode, mergeNodes } from "./node.ts";
import { parseYaml, type SourceFile } from "./parse.ts";
import type { Report } from "./report.ts";
import { openServiceFiles, type ServiceFiles } from "./service-files.ts";

export type { SourceFile } from "./parse.ts";

export interface Sources {
  /** The built-in config/stack.yaml first, then the site's: later wins, key by key. */
  readonly stack: readonly SourceFile[];
  /** The built-in config/services/*.yaml first, then the site's: a file of the same name replaces the earlier one. */
  readonly services: readonly SourceFile[];
  /** providers.yaml, model-mappings.yaml and keys.yaml, where the site has them. */
  readonly registry?: RegistrySources;
  /** What lies in the folders beside service files: `services/NAME/`. */
  readonly quadlets?: readonly FoundQuadlet[];
}

export interface RegistrySources {
  readonly providers?: SourceFile;
  readonly mappings?: SourceFile;
  readonly keys?: SourceFile;
}

export interface Loaded {
  readonly stack: MapNode;
  readonly services: ServiceFiles;
  readonly quadlets: ReadonlyMap<string, FoundQuadlet>;
}

export function loadSources(sources: Sources, report: Report): Loaded {
  const place = { file: sources.stack.at(-1)?.file ?? "stack.yaml", line: 1, column: 1 };
  let stack: MapNode = { kind: "map", entries: new Map(), place };
  for (const source of sources.stack) {
    const node = parseYaml(source, report);
    const merged = node && mergeNodes(stack, node);
    if (merged?.kind === "map") stack = merged;
  }
  const services = openServiceFiles(sources.services, report);
  const quadlets = new Map((sources.quadlets ?? []).map((found) => [found.file, found]));
  return { stack, services, quadlets };
}
