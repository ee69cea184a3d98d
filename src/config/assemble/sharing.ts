/** What a service has of the graphics cards, with whom it takes turns, and when it counts as not used. */
import type { Container } from "../../model/container.ts";
import { isGpu } from "../../model/gpu.ts";
import type { Activity, GpuShare, Idle, Swap } from "../../model/sharing.ts";
import { compilePattern } from "../pattern.ts";
import { keySpotAt, spotAt } from "../report.ts";
import { known } from "./access.ts";
import { type Builder, readCommand } from "./fields.ts";

export function buildGpu(builder: Builder, containers: readonly Container[]): GpuShare | undefined {
  const { written, entry, settings } = builder.draft;
  for (const key of ["devices", "memory"] as const) {
    if (written.gpu?.[key] !== undefined) known(builder, ["gpu", key], Object.keys(written.settings), "setting");
  }
  if (written.gpu?.only_looks === true) return undefined;
  const devices = [...new Set(containers.flatMap((container) => container.devices).filter(isGpu))];
  if (devices.length === 0) return undefined;
  const rendered = written.gpu?.memory === undefined ? undefined : settings[written.gpu.memory];
  return { devices, memory: entry.gpu?.memory ?? (typeof rendered === "number" ? rendered : undefined) };
}

export function buildSwap({ draft }: Builder): Swap | undefined {
  const { swap } = draft.entry;
  return swap && { group: swap.group, isDefault: swap.default };
}

const SECONDS = { m: 60, h: 3600 } as const;

export function buildIdle(builder: Builder, units: Readonly<Record<string, string>>): Idle | undefined {
  const { draft, report } = builder;
  const activity = buildActivity(builder, units);
  const { idle } = draft.entry;
  if (idle === undefined) return undefined;
  if (activity === undefined) {
    const hint = "activity: in its service file would";
    report(keySpotAt(draft.stack, ["services", draft.name, "idle"]), "nothing says whether anybody uses it", hint);
    return undefined;
  }
  return { seconds: Number(idle.slice(0, -1)) * SECONDS[idle.endsWith("h") ? "h" : "m"], activity };
}

function buildActivity(builder: Builder, units: Readonly<Record<string, string>>): Activity | undefined {
  const { draft, report } = builder;
  const { activity, containers } = draft.written;
  if (activity === undefined) return undefined;
  known(builder, ["activity", "container"], Object.keys(containers), "container");
  const { container, busy, counts, used } = activity;
  if (busy.length + counts.length === 0 && used === undefined)
    report(keySpotAt(draft.file, ["activity"]), "says nothing about what the answer means", "busy, counts or used");
  if (used !== undefined && compilePattern(used) === undefined)
    report(spotAt(draft.file, ["activity", "used"]), "is not a regular expression");
  const command = readCommand(builder, activity.command, ["activity", "command"]);
  return { container: units[container] ?? container, command, busy, counts, used };
}
