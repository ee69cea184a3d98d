/** NVIDIA cards, from the XML of nvidia-smi (its nvsmi_device DTD, versions 11 to 13). */
import { askNvidia } from "../commands/gpu.ts";
import { UserError } from "../model/diagnostic.ts";
import type { GpuFact, GpuFacts, GpuPart, GpuProcess } from "../model/gpu.ts";
import type { System } from "../system/interfaces.ts";

/** Where it is besides /usr/bin: the driver's own directory of some clouds, WSL. */
const DIRECTORIES = ["/usr/local/nvidia/bin", "/usr/lib/wsl/lib"];

export async function gatherNvidia(system: System): Promise<GpuFacts> {
  const program = system.host.findProgram("nvidia-smi", DIRECTORIES);
  if (program === undefined) return { gpus: [], trouble: [] };
  try {
    const { exitCode, stdout, stderr } = await system.runner.probe(askNvidia(program));
    if (exitCode === 0) return { gpus: parseNvidia(stdout), trouble: [] };
    const said = `${stdout}\n${stderr}`.split("\n").find((line) => line.trim() !== "");
    return { gpus: [], trouble: [`nvidia-smi: ${said?.trim() ?? `exit code ${exitCode}`}`] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { gpus: [], trouble: [error.message] };
  }
}

export function parseNvidia(xml: string): readonly GpuFact[] {
  return elements(xml, "gpu").map((whole, index) => {
    // Parts have an index and a memory of their own, and stand before those of the card.
    const gpu = whole.replace(/<mig_devices>[\s\S]*?<\/mig_devices>/g, "");
    const memory = elements(gpu, "fb_memory_usage")[0] ?? "";
    return {
      vendor: "nvidia",
      index,
      uuid: value(gpu, "uuid"),
      name: value(gpu, "product_name") ?? "NVIDIA",
      totalBytes: mebibytes(memory, "total") ?? 0,
      reservedBytes: mebibytes(memory, "reserved") ?? 0,
      usedBytes: mebibytes(memory, "used") ?? 0,
      busy: percent(elements(gpu, "utilization")[0] ?? "", "gpu_util"),
      parts: elements(whole, "mig_device").map(parsePart),
      processes: elements(gpu, "process_info").flatMap(parseProcess),
    };
  });
}

function parsePart(part: string, position: number): GpuPart {
  const memory = elements(part, "fb_memory_usage")[0] ?? "";
  return {
    index: Number(value(part, "index") ?? position),
    totalBytes: mebibytes(memory, "total") ?? 0,
    usedBytes: mebibytes(memory, "used") ?? 0,
  };
}

function parseProcess(process: string): readonly GpuProcess[] {
  const pid = Number(value(process, "pid"));
  if (!Number.isInteger(pid) || pid <= 0) return [];
  return [{ pid, program: value(process, "process_name") ?? "", usedBytes: mebibytes(process, "used_memory") }];
}

/** What stands between the tags of that name; none of them lies in another one of its name. */
function elements(xml: string, tag: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([\\s\\S]*?)</${tag}>`, "g"))].map((match) => match[1] ?? "");
}

/** Undefined for what the driver does not know, or may not say here ("[N/A]", "Insufficient Permissions"). */
function value(xml: string, tag: string): string | undefined {
  const text = elements(xml, tag)[0]?.trim();
  return text === undefined || /^\[?(n\/a|not (supported|found)|insufficient permissions)\]?$/i.test(text)
    ? undefined
    : text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** "143771 MiB" */
function mebibytes(xml: string, tag: string): number | undefined {
  const digits = /^(\d+) MiB$/.exec(value(xml, tag) ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits) * 1024 * 1024;
}

/** "34 %" */
function percent(xml: string, tag: string): number | undefined {
  const digits = /^(\d+) %$/.exec(value(xml, tag) ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits) / 100;
}
