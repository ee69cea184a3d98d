/** Renders a site into a directory, for review and for `quadlets/`: a made-up host, nothing of this one. */
import { resolve } from "node:path";
import { resolveStack } from "../config/resolve.ts";
import type { AbsolutePath, Address } from "../model/names.ts";
import { next } from "../model/next.ts";
import { USUAL_PODMAN } from "../model/podman-version.ts";
import type { DesiredFile } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { renderState } from "../render/desired-state.ts";
import { assignIdentities } from "../render/identities.ts";
import { makeSystem } from "../system/real.ts";
import { weights } from "./known-models.ts";
import { complain, print } from "./output.ts";
import { readBuiltIn, readSources, readTemplate } from "./package.ts";
import { writeTree } from "./write-tree.ts";

/** Tailscale's CGNAT range (100.64.0.0/10) and its own resolver. */
const SAMPLE = {
  address: "100.64.0.1" as Address,
  interface: "tailscale0",
  tailscaleName: "gpuhost.tail0000.ts.net",
  operators: [],
  nameservers: ["100.100.100.100"],
  manRoot: "/usr/local/share/man" as AbsolutePath,
  sudoDirectory: undefined,
  podmanVersion: USUAL_PODMAN,
  supplied: new Set<string>(),
};
const NOBODY_YET = { accounts: [], groups: [], subuids: [], subgids: [] };

export interface RenderOptions {
  readonly config?: string;
  readonly builtIn?: boolean;
  readonly podman?: string;
}

export async function render(directory: string, options: RenderOptions): Promise<void> {
  const stack = resolveStack(options.builtIn === true ? readBuiltIn() : readSources(options.config));
  const files = sampleFiles(stack, options.podman ?? SAMPLE.podmanVersion);
  const root = resolve(directory);
  const all = [...files].map(([path, content]) => ({ path, content, mode: 0o644 }));
  await writeTree(makeSystem(), root, all);
  print(`${files.size} files in ${root}`);
  if (options.builtIn !== true)
    complain(next("render", ...(options.config === undefined ? [] : ["--config", options.config])));
}

/** Relative path -> content, for a host on which nothing is installed yet. */
export function sampleFiles(stack: Stack, podmanVersion: string): ReadonlyMap<string, string> {
  const desired = renderState(stack, {
    ...SAMPLE,
    tailscaleName: stack.certificate.tailscale && SAMPLE.tailscaleName,
    podmanVersion,
    identities: assignIdentities(stack, NOBODY_YET),
    tool: undefined,
    template: readTemplate,
    weights,
  });
  return new Map(desired.files.map((file) => [samplePath(file, stack.services), file.content]));
}

/** SERVICE/UNIT for units, SERVICE/files/... for what lies in its home, host/... for the rest. */
function samplePath(file: DesiredFile, services: readonly Service[]): string {
  const service = services.find((candidate) => candidate.name === file.service);
  if (service === undefined) return `host${file.path}`;
  if (file.role.kind === "user-unit") return `${service.name}/${file.path.split("/").slice(6).join("/")}`;
  if (file.role.kind === "manager-drop-in") return `${service.name}/user-manager.conf`;
  const { home } = service.account;
  return file.path.startsWith(`${home}/`) ? `${service.name}/files${file.path.slice(home.length)}` : `host${file.path}`;
}
