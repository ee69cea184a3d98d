/** What `systemctl show` answers to showUnits. */
import type { UnitFact } from "../model/facts.ts";
import type { UnitName } from "../model/names.ts";
import { parseTimeSpan } from "./time-span.ts";

/** Blocks of "Property=value", one for each unit, separated by an empty line. */
export function parseUnits(text: string): readonly UnitFact[] {
  return text.split(/\n{2,}/).flatMap((block) => {
    const values = new Map(block.split("\n").map(splitProperty));
    const unit = values.get("Id");
    if (unit === undefined) return [];
    return [
      {
        unit: unit as UnitName,
        load: values.get("LoadState") ?? "",
        active: values.get("ActiveState") ?? "",
        sub: values.get("SubState") ?? "",
        result: values.get("Result") ?? "",
        needsReload: values.get("NeedDaemonReload") === "yes",
        since: values.get("ActiveEnterTimestamp") ?? "",
        startSeconds: startSeconds(values),
        startLimitSeconds: parseTimeSpan(values.get("TimeoutStartUSec")),
        stopLimitSeconds: parseTimeSpan(values.get("TimeoutStopUSec")),
        // Only services have it: sockets and targets do not restart.
        restarts: Number(values.get("NRestarts") ?? 0),
        mainPid: Number(values.get("MainPID") ?? 0),
        queued: /^[1-9]/.test(values.get("Job") ?? ""),
      },
    ];
  });
}

/** Of each unit the properties, by its name: for what is asked about rarely. */
export function parseProperties(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const blocks = text.split(/\n{2,}/).map((block) => new Map(block.split("\n").map(splitProperty)));
  return new Map(blocks.flatMap((values) => [[values.get("Id") ?? "", values] as const]));
}

/** From the start job to readiness, in microseconds since boot; 0 stands for never. */
function startSeconds(values: ReadonlyMap<string, string>): number | undefined {
  const [from, to] = ["InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic"].map((name) =>
    Number(values.get(name) ?? 0),
  );
  if (from === undefined || to === undefined || from === 0 || to < from) return undefined;
  return (to - from) / 1_000_000;
}

function splitProperty(line: string): readonly [string, string] {
  const at = line.indexOf("=");
  return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
