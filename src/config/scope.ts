/** What `${...}` may name inside a service file. */
import { LISTEN_ADDRESS, TAILSCALE_NAME } from "../model/places.ts";
import { suggest } from "../model/suggest.ts";
import { askedModels } from "./asked-models.ts";
import type { ServiceDraft, WrittenSite } from "./draft.ts";
import { type Found, findIn, type Lookup, unknownReference } from "./interpolate.ts";

const ROOTS = [
  "settings.NAME",
  "ports.NAME",
  "hosts.NAME",
  "origins.NAME",
  "models.port",
  "services.OTHER.ports.NAME",
  "services.OTHER.settings.NAME",
];

export function scopeOf(site: WrittenSite, draft: ServiceDraft, extra: Readonly<Record<string, Lookup>> = {}): Lookup {
  return (reference) => {
    const [root = "", second, third] = reference;
    const own = Object.hasOwn(extra, root) ? extra[root] : undefined;
    if (own !== undefined) return own(reference);
    if (root === "settings" && reference.length === 2) return findSetting(draft, reference);
    if (root === "ports" && reference.length === 2) return findIn(draft.hostPorts, reference, "ports");
    if (root === "hosts" && reference.length === 2) return findIn(draft.hostNames, reference, "hosts");
    if (root === "origins" && reference.length === 2) return findIn(originsOf(site, draft), reference, "hosts");
    if (root === "stack" && reference.length === 2) {
      const { domain, listen } = site.header;
      return findIn({ domain, listen, address: LISTEN_ADDRESS }, reference, "known");
    }
    if (root === "service" && reference.length === 2) {
      return findIn({ name: draft.name, home: draft.home, user: draft.user }, reference, "known");
    }
    if (root === "models" && second === "port" && reference.length === 2) {
      const asked = askedModels(site, draft);
      if (asked === undefined) return unknownReference(reference, "say whom it asks: asks_models");
      const other = findDraft(site, asked.service);
      return "problem" in other ? other : findIn(other.hostPorts, ["models", asked.port], `ports of ${asked.service}`);
    }
    if (root === "services" && reference.length === 4 && second !== undefined) {
      const other = findDraft(site, second);
      if ("problem" in other) return other;
      if (third === "ports") return findIn(other.hostPorts, reference, `ports of ${second}`);
      if (third === "settings") return findSetting(other, reference);
    }
    return unknownReference(reference, `known: stack.domain, service.name, ${ROOTS.join(", ")}`);
  };
}

/** Where browsers meet a route, with ";" between: its name in the zone and, where it has one, that in the tailnet. */
function originsOf({ header }: WrittenSite, { hostNames }: ServiceDraft): Readonly<Record<string, string>> {
  const { tailscale } = header.certificate;
  const second = (name: string) => (name.split(".")[0] === tailscale ? `;https://${TAILSCALE_NAME}` : "");
  return Object.fromEntries(Object.entries(hostNames).map(([host, name]) => [host, `https://${name}${second(name)}`]));
}

function findSetting(draft: ServiceDraft, reference: readonly string[]): Found {
  const name = reference.at(-1) ?? "";
  const declared = Object.hasOwn(draft.written.settings, name);
  if (declared && !Object.hasOwn(draft.settings, name)) return { problem: "", silent: true };
  return findIn(draft.settings, reference, `settings of ${draft.name}`);
}

/** The other service, or why there is none. */
export function findDraft(
  site: WrittenSite,
  name: string,
): ServiceDraft | { readonly problem: string; readonly hint?: string; readonly silent?: boolean } {
  const draft = site.draftOf.get(name);
  if (draft !== undefined) return draft;
  if (site.broken.has(name)) return { problem: "", silent: true };
  const way = `enable ${name}, or disable what refers to it`;
  if (site.disabled.has(name)) return { problem: `the service ${name} is disabled`, hint: way };
  if (site.catalogue.includes(name)) return { problem: `the service ${name} is not in the stack`, hint: way };
  const known = site.drafts.map((candidate) => candidate.name);
  return { problem: `no service is named ${JSON.stringify(name)}`, hint: suggest(name, known, "services") };
}
