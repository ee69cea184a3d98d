/** Subordinate ids: the lines of /etc/subuid and /etc/subgid. */
import type { SubidLine } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

export async function gatherSubids(system: System, file: "subuid" | "subgid"): Promise<readonly SubidLine[]> {
  return parseSubids((await system.files.read(`/etc/${file}`)) ?? "");
}

/** "vllm-user:200000:65536"; what newuidmap would not understand either is left out. */
export function parseSubids(text: string): readonly SubidLine[] {
  return text.split("\n").flatMap((line) => {
    const [, owner = "", start = "", count = ""] = /^([^:#]+):(\d+):(\d+)\s*$/.exec(line) ?? [];
    return owner === "" ? [] : [{ owner, start: Number(start), count: Number(count) }];
  });
}
