/** `svc start` of what loads for longer than it waits at once: it waits on while the start gets on, and a restart is not begun anew. */
import { expect, test } from "vitest";
import { findTarget } from "../../src/apps/service-index.ts";
import { bringUp } from "../../src/cli/svc-control.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { CommandFailed, type Outcome } from "../../src/system/command-failed.ts";
import type { Runner } from "../../src/system/interfaces.ts";
import { renderSite } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const text = renderSite().files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const index = JSON.parse(text) as ServiceIndex;
const target = findTarget(index, "vllm-qwen");
const { uid, home } = target.service;

/** Each start ends as is said in turn; in between the unit is `active`. */
function host(active: string, ends: readonly (Outcome | "up")[]) {
  const left = [...ends];
  const files = {
    [INDEX_PATH]: text,
    [`${home}/here`]: "",
    [`/run/user/${uid}/systemd/private`]: { kind: "other" as const },
  };
  const system = memorySystem({ files });
  const shown = `Id=vllm-qwen.service\nLoadState=loaded\nActiveState=${active}\nSubState=${active}\nResult=success\n`;
  system.runner.on("show", { stdout: shown });
  const verbs: string[] = [];
  const runner: Runner = {
    probe: (command) => system.runner.probe(command),
    run: async (command) => {
      const [, verb] = /systemctl --user (\S+)/.exec(command.argv.join(" ")) ?? [];
      verbs.push(verb ?? "");
      const end = left.shift() ?? "up";
      const result = { exitCode: 0, stdout: "", stderr: "" };
      if (end !== "up") throw new CommandFailed(command, end, result);
      return result;
    },
  };
  return { system: { ...system, runner }, verbs };
}

const TIME_IS_UP = { kind: "timeout", milliseconds: 7_200_000 } as const;

test("as often as time is up and it is on its way", async () => {
  const { system, verbs } = host("activating", [TIME_IS_UP, TIME_IS_UP, "up"]);
  await bringUp(system, "restart", "vllm-qwen", target);
  expect(verbs).toEqual(["restart", "start", "start"]);
});

test("not where it is not on its way, nor where systemctl ended by itself", async () => {
  const failed = host("failed", [TIME_IS_UP]);
  await expect(bringUp(failed.system, "start", "vllm-qwen", target)).rejects.toThrow("vllm-qwen did not come up");
  expect(failed.verbs).toEqual(["start"]);
  const ended = host("activating", [{ kind: "exit", code: 1 }]);
  await expect(bringUp(ended.system, "start", "vllm-qwen", target)).rejects.toThrow("vllm-qwen did not come up");
  expect(ended.verbs).toEqual(["start"]);
});
