/** A GPU that podman would not find is said before anything is changed. */
import { expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { gpuFindings } from "../../src/plan/gpu-devices.ts";

const start = (plainName: string, kind = "unit") =>
  ({ stages: [{ phase: "start", lanes: [[{ change: { kind, plainName } }]] }] }) as unknown as Plan;
const desired = (...devices: string[]) =>
  ({ units: [{ service: "vllm-qwen", plainName: "vllm-qwen", devices }] }) as unknown as DesiredState;
const VENDOR = "docs.nvidia.com/datacenter/cloud-native/container-toolkit";
const MAKE = "sudo nvidia-ctk cdi generate";

test.each<[string, Plan, DesiredState, readonly string[], boolean, string | undefined]>([
  ["defined", start("vllm-qwen"), desired("nvidia.com/gpu=all"), ["nvidia.com/gpu=all"], true, undefined],
  ["no specification", start("vllm-qwen"), desired("nvidia.com/gpu=all"), [], true, MAKE],
  ["no toolkit either", start("vllm-qwen"), desired("nvidia.com/gpu=all"), [], false, VENDOR],
  [
    "another card",
    start("vllm-qwen"),
    desired("nvidia.com/gpu=1"),
    ["nvidia.com/gpu=0", "nvidia.com/gpu=all"],
    true,
    MAKE,
  ],
  ["another vendor's", start("vllm-qwen"), desired("amd.com/gpu=all"), [], true, "the tool of its vendor"],
  ["a device node", start("vllm-qwen"), desired("/dev/kfd"), [], false, undefined],
  ["what runs is left alone", start("open-webui"), desired("nvidia.com/gpu=all"), [], false, undefined],
  ["what only stops, too", start("vllm-qwen", "stop"), desired("nvidia.com/gpu=all"), [], false, undefined],
])("%s", (_, plan, wanted, defined, toolkit, hint) => {
  const nodes = new Map(defined.map((device) => [device, [`/dev/${device}`]]));
  const found = gpuFindings(plan, wanted, { defined: nodes, toolkit });
  expect(found.map((finding) => finding.message)).toEqual(
    hint === undefined ? [] : [expect.stringMatching(/^vllm-qwen asks for \S+, and no CDI specification/)],
  );
  expect(found[0]?.hint ?? "").toContain(hint ?? "");
});

const UUID = "GPU-8f6d-11";
const DEFINED = new Map([
  ["nvidia.com/gpu=0", ["/dev/nvidia0"]],
  ["nvidia.com/gpu=1", ["/dev/nvidia1"]],
  ["nvidia.com/gpu=1:0", ["/dev/nvidia-caps/nvidia-cap1", "/dev/nvidia1"]],
  ["nvidia.com/gpu=1:1", ["/dev/nvidia-caps/nvidia-cap2", "/dev/nvidia1"]],
  [`nvidia.com/gpu=${UUID}`, ["/dev/nvidia0"]],
  ["nvidia.com/gpu=all", ["/dev/nvidia0", "/dev/nvidia1"]],
  ["vendor.com/nothing=a", []],
  ["vendor.com/nothing=b", []],
]);

test.each<[string, string, string, string | undefined]>([
  ["an index and a UUID of one card", "nvidia.com/gpu=0", `nvidia.com/gpu=${UUID}`, "both are /dev/nvidia0"],
  ["the other way round", `nvidia.com/gpu=${UUID}`, "nvidia.com/gpu=0", "both are /dev/nvidia0"],
  ["the same name is counted by the rules", "nvidia.com/gpu=0", "nvidia.com/gpu=0", undefined],
  ["two cards", "nvidia.com/gpu=1", `nvidia.com/gpu=${UUID}`, undefined],
  ["two parts of a card", "nvidia.com/gpu=1:0", "nvidia.com/gpu=1:1", undefined],
  ["all of them is known to be each", "nvidia.com/gpu=all", `nvidia.com/gpu=${UUID}`, undefined],
  ["devices without nodes", "vendor.com/nothing=a", "vendor.com/nothing=b", undefined],
])("two services that ask for %s", (_, one, other, words) => {
  const units = [
    { service: "vllm-qwen", plainName: "vllm-qwen", devices: [one] },
    { service: "llama", plainName: "llama-server", devices: [other] },
  ];
  const found = gpuFindings(start("vllm-qwen"), { units } as unknown as DesiredState, {
    defined: DEFINED,
    toolkit: true,
  });
  expect(found.map(({ message }) => message)).toEqual(words === undefined ? [] : [expect.stringContaining(words)]);
});
