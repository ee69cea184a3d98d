/** What of a service is there only beside others, or with the portal: files and metrics that are about them. */
import type { Metrics } from "../../model/metrics.ts";
import type { ServiceName } from "../../model/names.ts";
import type { ServiceDirectory, ServiceFile } from "../../model/service.ts";
import type { ServiceDraft, WrittenSite } from "../draft.ts";
import { type Builder, innerOwner } from "./fields.ts";
import { below } from "./paths.ts";

export function buildDirectories({ draft, site }: Builder): readonly ServiceDirectory[] {
  return draft.written.directories
    .filter(({ for_portal }) => !for_portal || site.header.portal)
    .map(({ path, owner, mode }) => ({ path: below(draft.home, path), owner: innerOwner(owner), mode }));
}

export function buildFiles(builder: Builder): readonly ServiceFile[] {
  const { draft, site } = builder;
  return draft.written.files
    .filter(({ beside, for_portal }) => isBeside(builder, beside) && (!for_portal || site.header.portal))
    .map(({ template, path, owner, mode, restarts, reloads }) => ({
      template,
      path: below(draft.home, path),
      owner: innerOwner(owner),
      mode,
      restarts,
      reloads,
    }));
}

export function buildMetrics(builder: Builder): readonly Metrics[] {
  return builder.draft.written.metrics
    .filter(({ beside }) => isBeside(builder, beside))
    .map(({ port, path, secret }) => ({ port, path, secret }));
}

function isBeside({ site }: Builder, beside: readonly string[]): boolean {
  return beside.length === 0 || beside.some((name) => draftsNamed(site, name).length > 0);
}

/** The service of that name, and those that are made from its file. */
export function draftsNamed({ draftOf, draftsFrom }: WrittenSite, name: string): readonly ServiceName[] {
  const drafts = [...(draftsFrom.get(name) ?? []), ...(draftOf.has(name) ? [{ name }] : [])];
  return drafts.map((draft) => draft.name as ServiceName);
}

/** The service of that name or, where there is none, the first that is made from its file. */
export function neighbourOf({ draftOf, draftsFrom }: WrittenSite, name: string): ServiceDraft | undefined {
  return draftOf.get(name) ?? draftsFrom.get(name)?.[0];
}
