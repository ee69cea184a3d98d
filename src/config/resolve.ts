/** Sources to Stack, or every finding at once. */
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";
import type { Service, Stack } from "../model/service.ts";
import { buildService } from "./build/service.ts";
import { draftSite } from "./draft.ts";
import { loadSources, type Sources } from "./load.ts";
import { collect } from "./report.ts";
import { RULES } from "./rules/rules.ts";

/** Throws a ConfigError with all diagnostics. */
export function resolveStack(sources: Sources): Stack {
  const diagnostics: Diagnostic[] = [];
  const report = collect(diagnostics);
  const site = draftSite(loadSources(sources, report), report);
  const services: readonly Service[] = site.drafts.map((draft) => buildService(site, draft, report));
  const members = site.drafts.map((draft, index) => ({ draft, service: services[index] as Service }));
  for (const rule of RULES) rule({ site, members }, report);
  if (diagnostics.length > 0) throw new ConfigError(sorted(diagnostics, sources));
  const { domain, listen, dns, certificate } = site.header;
  return {
    domain,
    listen,
    dnsUpstreams: dns.upstreams,
    certificate: {
      leafDays: certificate.leaf_days,
      renewBeforeDays: certificate.renew_before_days,
      authorityDays: certificate.authority_days,
    },
    services,
  };
}

/** In the order of the files, then of the lines. */
function sorted(diagnostics: readonly Diagnostic[], sources: Sources): readonly Diagnostic[] {
  const files = [...sources.stack, ...sources.services].map((source) => source.file);
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
