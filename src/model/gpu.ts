/** Graphics cards of this host, as their drivers tell. */

export interface GpuFacts {
  readonly gpus: readonly GpuFact[];
  /** Why a driver that is there could not be asked, in its own words. */
  readonly trouble: readonly string[];
}

export interface GpuFact {
  readonly vendor: "nvidia" | "amd";
  /** As the driver counts; "nvidia.com/gpu=0" means this one. */
  readonly index: number;
  /** Undefined where the driver names none. */
  readonly uuid: string | undefined;
  readonly name: string;
  readonly totalBytes: number;
  /** By the driver itself: nobody can have it. */
  readonly reservedBytes: number;
  readonly usedBytes: number;
  /** The part of the last moments in which it computed, from 0 to 1; undefined where the driver does not tell. */
  readonly busy: number | undefined;
  /** Parts that the card is cut into (MIG); the whole cannot be used then. */
  readonly parts: readonly GpuPart[];
  readonly processes: readonly GpuProcess[];
}

export interface GpuPart {
  readonly index: number;
  readonly totalBytes: number;
  readonly usedBytes: number;
}

export interface GpuProcess {
  readonly pid: number;
  /** A program may call itself anything. */
  readonly program: string;
  /** Undefined where the driver does not tell. */
  readonly usedBytes: number | undefined;
}

/** "nvidia.com/gpu=0", "amd.com/gpu=all", or the device through which AMD cards compute. */
export function isGpu(device: string): boolean {
  return device.includes(".com/gpu=") || device.startsWith("/dev/kfd");
}

/** Is this card meant? By index, by UUID, by the index of one of its parts ("0:1"), or as one of all. */
export function isMeant(device: string, { vendor, index, uuid }: Pick<GpuFact, "vendor" | "index" | "uuid">): boolean {
  if (device.startsWith("/dev/kfd")) return vendor === "amd";
  const [kind, name = ""] = device.split("=");
  if (kind !== `${vendor}.com/gpu`) return false;
  return name === "all" || name === uuid || name.split(":")[0] === String(index);
}
