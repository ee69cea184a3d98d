/** How services share graphics cards: who is given what, who takes turns with whom, and when one is stopped. */

/** What a service is given: devices as podman is asked for them, and the share of each one's memory. */
export interface GpuShare {
  readonly devices: readonly string[];
  /** Of each device's memory, 0 to 1; undefined where nobody says. */
  readonly memory: number | undefined;
}

/** Of the services of one group one is awake at a time; at boot the default is. */
export interface Swap {
  readonly group: string;
  readonly isDefault: boolean;
}

/** A service is stopped when nobody has asked it for so long. */
export interface Idle {
  readonly seconds: number;
  readonly activity: Activity;
}

/** How a service is asked whether anybody uses it: a command in its container, and what its answer means. */
export interface Activity {
  /** The container's unit name without suffix. */
  readonly container: string;
  readonly command: readonly string[];
  /** Metrics that are above 0 while it works. */
  readonly busy: readonly string[];
  /** Metrics that are others after each request. */
  readonly counts: readonly string[];
  /** A line like this is in the answer while it is in use. */
  readonly used: string | undefined;
}

/** More than this of a card is not given out: the driver and each program's own libraries need the rest. */
export const MOST_OF_A_GPU = 0.95;

/** Do the two mean the same card, as far as their names tell? An index and a UUID may, and nobody knows before the host is asked. */
export function isSameGpu(one: string, other: string): boolean {
  if (one === other) return true;
  const [kind, name] = split(one);
  const [otherKind, otherName] = split(other);
  return kind === otherKind && (name === "all" || otherName === "all");
}

/** "GPU 0", for people. */
export function gpuName(device: string): string {
  const [, name] = split(device);
  return name === "all" ? "every GPU" : `GPU ${name}`;
}

/** AMD's cards compute through one device that all of them share. */
function split(device: string): readonly [string, string] {
  if (device.startsWith("/dev/kfd")) return ["amd.com/gpu", "all"];
  const at = device.indexOf("=");
  return [device.slice(0, at), device.slice(at + 1)];
}
/** What starts one after another: services that are linked by cards, each as one list, in their order. */
export function gpuNeighbours<T extends { readonly gpu: GpuShare | undefined }>(
  services: readonly T[],
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const service of services.filter(({ gpu }) => gpu !== undefined)) {
    const linked = groups.filter((group) => group.some((other) => shareGpu(service.gpu, other.gpu)));
    const merged = [...linked.flat(), service];
    groups.splice(0, groups.length, ...groups.filter((group) => !linked.includes(group)), merged);
  }
  return groups.map((group) => services.filter((service) => group.includes(service)));
}
export function shareGpu(one: GpuShare | undefined, other: GpuShare | undefined): boolean {
  return one?.devices.some((device) => other?.devices.some((twin) => isSameGpu(device, twin))) === true;
}
