/** Sources to Stack, or every finding at once. */
import { withIssuedKeys } from "../gateway/issued-keys.ts";
import { withKeys } from "../gateway/keys.ts";
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";
import type { AbsolutePath, UserName } from "../model/names.ts";
import type { Service, Stack } from "../model/service.ts";
import { withAskers, withServiceKeys } from "./askers.ts";
import { buildCertificate } from "./assemble/certificate.ts";
import { withRaw } from "./assemble/quadlets.ts";
import { buildService } from "./assemble/service.ts";
import { draftSite, type WrittenSite } from "./draft.ts";
import { loadSources, type Sources } from "./load.ts";
import { buildRegistry } from "./registry.ts";
import { collectFindings, writtenAt } from "./report.ts";
import { RULES } from "./rules/rules.ts";
import { withScrapers } from "./scrapers.ts";
import { withTracers } from "./tracers.ts";

/** Throws a ConfigError with all diagnostics. */
export function resolveStack(sources: Sources): Stack {
  const diagnostics: Diagnostic[] = [];
  const report = collectFindings(diagnostics);
  const site = draftSite(loadSources(sources, report), report);
  const built = site.drafts.map((draft) => withRaw(draft, buildService(site, draft, report)));
  const services = built.map(({ service }) => service);
  const declared = buildRegistry({ site, services, sources: sources.registry ?? {} }, report);
  const registry = declared && withServiceKeys(declared, services);
  const equipped = withScrapers(withTracers(withAskers(services, registry))).map((service) =>
    registry === undefined ? service : withIssuedKeys(withKeys(service, registry), registry),
  );
  const members = site.drafts.map((draft, index) => ({
    draft,
    service: equipped[index] as Service,
    raw: built[index]?.raw ?? [],
  }));
  for (const rule of RULES) rule({ site, members }, report);
  if (diagnostics.length > 0) throw new ConfigError(sorted(diagnostics, sources));
  const { domain, listen, dns, operators } = site.header;
  return {
    domain,
    listen,
    interface: site.header.interface,
    operators: (operators as readonly UserName[] | undefined) ?? "auto",
    readers: site.header.readers,
    dnsUpstreams: dns.upstreams,
    certificate: buildCertificate(site),
    verify: site.header.verify,
    services: equipped,
    registry,
    backup: buildTimer(site.header.backup),
    written: {
      listen: writtenAt(site.stack, ["listen"]),
      readers: writtenAt(site.stack, ["readers"]),
      operators: (operators ?? []).map((_, index) => writtenAt(site.stack, ["operators", index])),
    },
  };
}

function buildTimer({ every, keep, to, encrypt_to }: WrittenSite["header"]["backup"]): Stack["backup"] {
  return { every, keep, to: to as AbsolutePath | undefined, encryptTo: encrypt_to };
}

/** In the order of the files, then of the lines. */
function sorted(diagnostics: readonly Diagnostic[], sources: Sources): readonly Diagnostic[] {
  const { providers, mappings, keys } = sources.registry ?? {};
  const all = [...sources.stack, ...sources.services, ...(sources.quadlets ?? []), providers, mappings, keys];
  const files = all.flatMap((source) => source?.file ?? []);
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
