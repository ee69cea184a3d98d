/** Rules about traces: whoever is named takes them, and in a way that the one who sends them knows. */
import { TRACE_WAYS } from "../../model/traces.ts";
import { nodeAt } from "../node.ts";
import { spotAt } from "../report.ts";
import type { WrittenService } from "../schema/service.ts";
import { findDraft } from "../scope.ts";
import { NOBODY, namedTaker, traceTarget } from "../trace-target.ts";
import type { Rule } from "./world.ts";

/** Said once, where it is written: for all, or for one. */
export const tracesGoToWhoTakesThem: Rule = ({ site }, report) => {
  const places = [["traces"], ...site.drafts.map(({ name }) => ["services", name, "traces"])];
  for (const path of places) {
    const node = nodeAt(site.stack, path);
    if (node?.kind !== "scalar" || node.text === NOBODY) continue;
    const at = spotAt(site.stack, path);
    const found = findDraft(site, node.text);
    if ("problem" in found) {
      if (found.silent !== true) report(at, found.problem, found.hint);
    } else if (found.written.takes_traces === undefined) {
      const takers = site.drafts.filter(({ written }) => written.takes_traces !== undefined).map(({ name }) => name);
      const hint =
        takers.length === 0 ? "add a service that does, for example opik: {}" : `those that do: ${takers.join(", ")}`;
      report(at, `${found.name} takes no traces`, hint);
    }
  }
};

export const tracesAreSentAsTheyAreTaken: Rule = ({ site }, report) => {
  for (const draft of site.drafts) {
    const named = namedTaker(site, draft);
    if (named === undefined) continue;
    const at = spotAt(site.stack, named.at);
    const { sends_traces: sends } = draft.written;
    if (sends === undefined) {
      if (draft.entry.traces !== undefined) report(at, `${draft.name} sends no traces`, "remove the line");
      continue;
    }
    const takes = site.draftOf.get(named.name)?.written.takes_traces;
    if (takes === undefined) continue;
    const leaveOut = `set services.${draft.name}.traces to ${NOBODY}, or to a service that takes them so`;
    const target = traceTarget(site, draft);
    if (target === undefined) {
      const message = `${draft.name} sends traces by ${waysOf(sends)}, and ${named.name} takes them by ${waysOf(takes)}`;
      report(at, message, leaveOut);
      continue;
    }
    const wants = takes[target.way];
    const areHeaders = Object.keys(wants?.headers ?? {}).length > 0 || wants?.secret_headers !== undefined;
    if (areHeaders && sends[target.way]?.headers === undefined)
      report(at, `${named.name} wants headers with traces by ${target.way}, and ${draft.name} sends none`, leaveOut);
  }
};

type Ways = NonNullable<WrittenService["sends_traces"] | WrittenService["takes_traces"]>;

function waysOf(ways: Ways): string {
  return TRACE_WAYS.filter((way) => ways[way] !== undefined).join(", ") || "no way";
}
