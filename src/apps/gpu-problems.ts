/** What keeps a service from the GPUs that it asks for: driver, CDI specification, paths in it, rights. The cause first. */
import { type CdiSpec, gatherCdi } from "../facts/cdi.ts";
import { gatherNvidiaDriver } from "../facts/driver.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherUnusable, type Unusable } from "../facts/unusable.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { Stack } from "../model/service.ts";
import { driverFindings } from "../plan/driver.ts";
import type { Finding } from "../plan/preflight.ts";
import type { System } from "../system/interfaces.ts";

const MAKE = "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml";

/** As root: it looks at the devices as each service's own user. */
export async function readGpuProblems(
  system: System,
  services: readonly IndexedService[],
): Promise<readonly Finding[]> {
  const asking = services.filter((service) => service.gpu !== undefined);
  if (asking.length === 0) return [];
  const { directories, specs } = await gatherCdi(system);
  const found = await Promise.all(asking.map((service) => problemsOf(system, service, directories, specs)));
  const seen = new Set<string>();
  return [...tooOld(system, asking), ...found.flat()].filter(({ message }) => !seen.has(message) && seen.add(message));
}

/** The same rule as before a run, from what that run wrote down. */
function tooOld(system: System, services: readonly IndexedService[]): readonly Finding[] {
  const containers = (service: IndexedService) =>
    service.units.map(({ name, image, nvidiaDriver }) => ({ unit: name, image, nvidiaDriver }));
  const asked = services.map((service) => ({ containers: containers(service) }));
  // It looks at nothing else of a service.
  return driverFindings(
    { services: asked as unknown as Stack["services"] },
    { nvidiaDriver: gatherNvidiaDriver(system) },
  );
}

async function problemsOf(
  system: System,
  service: IndexedService,
  directories: readonly string[],
  specs: readonly CdiSpec[],
): Promise<readonly Finding[]> {
  const wanted = (service.gpu?.devices ?? []).filter((device) => device.includes("="));
  const used = wanted.map((device) => ({ device, spec: specOf(device, specs) }));
  const missing = used
    .filter(({ spec }) => spec === undefined)
    .map(({ device }) => undefinedDevice(device, directories, specs));
  const own = [...new Set(used.flatMap(({ spec }) => spec ?? []))];
  const unreadable = own.filter(({ mode }) => (mode & 0o004) === 0);
  const looked = await Promise.all(
    own.map(async (spec) => ({
      spec,
      unusable: await ifReadable(gatherUnusable(system, service, spec.nodes, spec.mounts)),
    })),
  );
  return [
    ...missing,
    ...unreadable.map(({ file }) => ({
      message: `${file} is not readable for ${service.user}, so that its podman knows no GPU`,
      hint: `sudo chmod 644 ${file}`,
    })),
    ...looked.flatMap(({ spec, unusable }) => pathProblems(service, spec, unusable)),
  ];
}

/** A file of a later directory wins (CDI: the highest priority). */
function specOf(device: string, specs: readonly CdiSpec[]): CdiSpec | undefined {
  const [kind, name = ""] = device.split("=");
  return specs.findLast((spec) => spec.kind === kind && spec.devices.some((device) => device.name === name));
}

function undefinedDevice(device: string, directories: readonly string[], specs: readonly CdiSpec[]): Finding {
  const [kind] = device.split("=");
  const known = specs.filter((spec) => spec.kind === kind).flatMap(({ devices }) => devices.map(({ name }) => name));
  const has = known.length === 0 ? "" : `; they have ${[...new Set(known)].join(", ")}`;
  return {
    message: `no CDI specification in ${directories.join(" or ")} defines ${device}${has}`,
    hint: device.startsWith("nvidia.") ? MAKE : `write one for ${kind ?? device} with the tool of its vendor`,
  };
}

function pathProblems(service: IndexedService, { file }: CdiSpec, unusable: Unusable | undefined): readonly Finding[] {
  if (unusable === undefined) {
    return [
      {
        message: `nobody could look at the GPUs as ${service.user}`,
        hint: "install-quadlets verify says what is wrong with it",
      },
    ];
  }
  const { missing, refused } = unusable;
  return [
    ...(missing.length === 0 ? [] : [stale(file, missing)]),
    ...(refused.length === 0 ? [] : [notAllowed(service.user, file, refused)]),
  ];
}

/** Nodes are made when something first uses the driver, which an account cannot make them do (nvidia-container-runtime#85). */
function stale(file: string, missing: readonly string[]): Finding {
  const are = missing.length === 1 ? "is" : "are";
  if (missing.every((path) => path.startsWith("/dev/nvidia"))) {
    return {
      message: `${some(missing)} ${are} not there: nothing has used the driver since the boot`,
      hint: "sudo nvidia-modprobe -u -c 0",
    };
  }
  const refresh = "sudo systemctl restart nvidia-cdi-refresh.service";
  return {
    message: `${file} is out of date: ${some(missing)} ${are} not there`,
    hint: file.startsWith("/run/") ? refresh : MAKE,
  };
}

function notAllowed(user: string, file: string, refused: readonly string[]): Finding {
  const [first = ""] = refused;
  const amd = first === "/dev/kfd" || first.startsWith("/dev/dri/");
  return {
    message: `${user} may not use ${some(refused)}, which ${file} gives its containers`,
    hint: amd
      ? `sudo usermod --append --groups render,video ${user}`
      : `sudo chmod a+rw ${refused.slice(0, 8).join(" ")}`,
  };
}

/** Hundreds of libraries may be gone at once. */
function some(paths: readonly string[]): string {
  const first = paths.slice(0, 3).join(", ");
  return paths.length > 3 ? `${first} and ${paths.length - 3} more` : first;
}
