/** Sites for tests: the shipped configuration, or a few services of a test's own, rendered for a made-up host. */

import { readBuiltIn, readTemplate } from "../../src/cli/package.ts";
import type { Sources } from "../../src/config/load.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import type { AbsolutePath, Address } from "../../src/model/names.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import type { Stack } from "../../src/model/service.ts";
import { renderState } from "../../src/render/desired-state.ts";
import { assignIdentities } from "../../src/render/identities.ts";
import type { Site } from "../../src/render/site.ts";

export const NOBODY = { accounts: [], groups: [], subuids: [], subgids: [] };

const builtIn = readBuiltIn();

/** The shipped configuration with a site's stack file on top. */
export function siteSources(stack = "{}"): Sources {
  return { ...builtIn, stack: [...builtIn.stack, { file: "stack.yaml", text: stack }] };
}

/** Only these services, in this order; each text is a service file. */
export function ownSources(
  services: Readonly<Record<string, string>>,
  quadlets: Readonly<Record<string, string>> = {},
): Sources {
  const names = Object.keys(services);
  return {
    stack: [{ file: "stack.yaml", text: `services:\n${names.map((name) => `  ${name}: {}\n`).join("")}` }],
    services: names.map((name) => ({ file: `services/${name}.yaml`, text: services[name] ?? "" })),
    quadlets: Object.entries(quadlets).map(([name, text]) => ({ file: `services/${name}`, text })),
  };
}

export function siteFor(stack: Stack, changes: Partial<Site> = {}): Site {
  return {
    address: "100.64.0.1" as Address,
    interface: "tailscale0",
    tailscaleName: undefined,
    operators: [],
    podmanVersion: "5.4.2",
    nameservers: ["9.9.9.9"],
    manRoot: "/usr/local/share/man" as AbsolutePath,
    sudoDirectory: undefined,
    identities: assignIdentities(stack, NOBODY),
    supplied: new Set(),
    tool: undefined,
    template: readTemplate,
    ...changes,
  };
}

export function renderSite(sources: Sources = siteSources(), changes: Partial<Site> = {}): DesiredState {
  const stack = resolveStack(sources);
  return renderState(stack, siteFor(stack, changes));
}
