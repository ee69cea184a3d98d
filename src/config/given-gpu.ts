/** What stack.yaml gives a service of the graphics cards, as the settings that the service's file names for it. */
import type { SettingValue } from "../model/service.ts";
import { type MapNode, nodeAt } from "./node.ts";
import { keySpotAt, type Report, spotAt } from "./report.ts";
import type { WrittenService } from "./schema/service.ts";
import type { StackEntry } from "./schema/stack.ts";

interface Parts {
  readonly name: string;
  readonly entry: StackEntry;
  readonly written: WrittenService;
  readonly stack: MapNode;
  readonly settings: Readonly<Record<string, SettingValue>>;
}

/** The settings with it; a setting that says something else is a fault where it is written. */
export function withGivenGpu(parts: Parts, report: Report): Parts["settings"] {
  const { name, entry, written, stack, settings } = parts;
  const { gpu } = entry;
  if (gpu === undefined) return settings;
  // What quadlets are given stands in them, and only the share is said here.
  if (written.gpu === undefined && (written.quadlets.length === 0 || gpu.devices !== undefined)) {
    const hint =
      written.quadlets.length === 0
        ? "a service file says with gpu: { devices, memory } which settings these go into"
        : "its quadlets say which: AddDevice=nvidia.com/gpu=0; what is said here is gpu: { memory } alone";
    report(keySpotAt(stack, ["services", name, "gpu"]), `${name} takes no GPU from here`, hint);
    return settings;
  }
  const given: [string, SettingValue][] = [];
  const give = (key: "devices" | "memory", value: SettingValue | undefined): void => {
    const setting = written.gpu?.[key];
    if (setting === undefined || value === undefined) return;
    given.push([setting, value]);
    const path = ["services", name, "settings", setting];
    if (nodeAt(stack, path) === undefined || String(settings[setting]) === String(value)) return;
    const message = `contradicts gpu.${key}, which is ${String(value)}`;
    report(spotAt(stack, path), message, `remove it: gpu.${key} is what it is made from`);
  };
  give("devices", gpu.devices?.map(String));
  give("memory", gpu.memory);
  return { ...settings, ...Object.fromEntries(given) };
}
