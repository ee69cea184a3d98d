/** Which graphics cards there are, and what is said where a driver does not answer. */
import { describe, expect, test } from "vitest";
import { gatherGpus } from "../../src/facts/gpus.ts";
import { type MemoryOptions, memorySystem } from "../support/memory-system.ts";

const XML =
  "<gpu><product_name>NVIDIA L4</product_name><fb_memory_usage><total>23034 MiB</total></fb_memory_usage></gpu>";
const SYSFS: Readonly<Record<string, string>> = {
  "/sys/class/drm/card1/device/vendor": "0x1002\n",
  "/sys/class/drm/card1/device/mem_info_vram_total": "206141652992\n",
  "/sys/class/drm/card1/device/mem_info_vram_used": "295698432\n",
  "/sys/class/drm/card1/device/gpu_busy_percent": "7\n",
  "/sys/class/drm/card1/device/product_name": "AMD Instinct MI300X\n",
  // The display of the board, which is no AMD card; and an AMD one that only draws from the host's memory.
  "/sys/class/drm/card0/device/vendor": "0x1a03\n",
  "/sys/class/drm/card10/device/vendor": "0x1002\n",
};

function host(more: MemoryOptions["host"] = {}, files: Readonly<Record<string, string>> = {}) {
  return memorySystem({ files, host: { findProgram: () => undefined, readTrusted: () => undefined, ...more } });
}

const withNvidia = { findProgram: (name: string) => (name === "nvidia-smi" ? "/usr/bin/nvidia-smi" : undefined) };

describe("NVIDIA", () => {
  test("nothing is started where nvidia-smi is not there", async () => {
    const system = host();
    expect(await gatherGpus(system)).toEqual({ gpus: [], trouble: [] });
    expect(system.runner.printed).toEqual([]);
  });

  test("asked once", async () => {
    const system = host(withNvidia);
    system.runner.on("nvidia-smi", { stdout: XML });
    expect((await gatherGpus(system)).gpus.map(({ name }) => name)).toEqual(["NVIDIA L4"]);
    expect(system.runner.printed).toEqual(["/usr/bin/nvidia-smi --query --xml-format"]);
  });

  test("a driver that was updated under a running kernel: its own words", async () => {
    const system = host(withNvidia);
    const stdout = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.159\n";
    system.runner.on("nvidia-smi", { exitCode: 18, stdout });
    expect(await gatherGpus(system)).toEqual({
      gpus: [],
      trouble: ["nvidia-smi: Failed to initialize NVML: Driver/library version mismatch"],
    });
  });
});

describe("AMD", () => {
  const files = Object.fromEntries(Object.keys(SYSFS).map((path) => [path, ""]));
  const amd = { readTrusted: (path: string) => SYSFS[path] };

  test("cards with memory of their own, from sysfs", async () => {
    const { gpus, trouble } = await gatherGpus(host(amd, { ...files, "/dev/kfd": "" }));
    expect(gpus).toEqual([
      expect.objectContaining({ vendor: "amd", index: 0, name: "AMD Instinct MI300X", totalBytes: 206141652992 }),
    ]);
    expect(trouble).toEqual([]);
  });

  test("without /dev/kfd nothing computes", async () => {
    expect((await gatherGpus(host(amd, files))).trouble).toEqual([
      "/dev/kfd is missing: the kernel module amdgpu was loaded without compute",
    ]);
  });
});
