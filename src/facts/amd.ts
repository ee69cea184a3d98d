/** AMD cards, from what the kernel module amdgpu shows in sysfs: no program of ROCm is needed. */
import type { GpuFact, GpuFacts } from "../model/gpu.ts";
import type { System } from "../system/interfaces.ts";

const CLASS = "/sys/class/drm";
const AMD = "0x1002";

export async function gatherAmd(system: System): Promise<GpuFacts> {
  const cards = (await system.files.list(CLASS)).filter((name) => /^card\d+$/.test(name));
  // The entries are links, into a tree that only the kernel makes.
  const read = (card: string, file: string) => system.host.readTrusted(`${CLASS}/${card}/device/${file}`)?.trim();
  const amd = cards.filter((card) => read(card, "vendor") === AMD && bytes(read(card, "mem_info_vram_total")) > 0);
  amd.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  const gpus = amd.map((card, index): GpuFact => {
    const product = read(card, "product_name");
    return {
      vendor: "amd",
      index,
      uuid: read(card, "unique_id"),
      name: product === undefined || product === "" ? `AMD ${read(card, "device") ?? ""}`.trim() : product,
      totalBytes: bytes(read(card, "mem_info_vram_total")),
      reservedBytes: 0,
      usedBytes: bytes(read(card, "mem_info_vram_used")),
      busy: percent(read(card, "gpu_busy_percent")),
      parts: [],
      // The kernel shows them by process only (/proc/PID/fdinfo), to root.
      processes: [],
    };
  });
  // Programs compute through this device; without it the card only draws.
  const computes = gpus.length === 0 || (await system.files.stat("/dev/kfd")) !== undefined;
  return {
    gpus,
    trouble: computes ? [] : ["/dev/kfd is missing: the kernel module amdgpu was loaded without compute"],
  };
}

function bytes(text: string | undefined): number {
  return /^\d+$/.test(text ?? "") ? Number(text) : 0;
}

function percent(text: string | undefined): number | undefined {
  return /^\d{1,3}$/.test(text ?? "") ? Number(text) / 100 : undefined;
}
