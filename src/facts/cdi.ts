/**
 * CDI specifications: which directories podman reads, which devices they define, which host paths those need. They are read
 * line by line in the block style that nvidia-ctk and amd-ctk write, or as JSON: a YAML library would slow every command down.
 */
import { isRecord, parseJson } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";

export interface CdiSpec {
  readonly file: string;
  /** Whoever is not root needs it, too. */
  readonly mode: number;
  /** "nvidia.com/gpu" */
  readonly kind: string;
  readonly devices: readonly CdiDevice[];
  /** Device nodes and files of the host that containers get. */
  readonly nodes: readonly string[];
  readonly mounts: readonly string[];
}

export interface CdiDevice {
  /** "0", "all", a UUID. */
  readonly name: string;
  /** Those of the host that it stands for, sorted: two names of one card have the same. */
  readonly nodes: readonly string[];
}

/** containers.conf(5), cdi_spec_dirs; a device in a later directory wins (CDI's specification). */
const DIRECTORIES = ["/etc/cdi", "/var/run/cdi"];
const CONFIGURATIONS = ["/usr/share/containers/containers.conf", "/etc/containers/containers.conf"];

export async function gatherCdi(
  system: System,
): Promise<{ directories: readonly string[]; specs: readonly CdiSpec[] }> {
  const names = (await system.files.list("/etc/containers/containers.conf.d")).filter((name) => name.endsWith(".conf"));
  const files = [...CONFIGURATIONS, ...names.map((name) => `/etc/containers/containers.conf.d/${name}`)];
  const given = files.flatMap((file) => parseSpecDirectories(system.host.readTrusted(file) ?? "") ?? []);
  const directories = given.length > 0 ? [...new Set(given)] : DIRECTORIES;
  const specs = await Promise.all(directories.map((directory) => gatherDirectory(system, directory)));
  return { directories, specs: specs.flat() };
}

async function gatherDirectory(system: System, directory: string): Promise<readonly CdiSpec[]> {
  // /var/run is a link to /run everywhere.
  const real = directory.replace(/^\/var\/run\//, "/run/");
  const files = (await system.files.list(real)).filter((name) => /\.(ya?ml|json)$/.test(name));
  return files.flatMap((name) => {
    const file = `${real}/${name}`;
    const text = system.host.readTrusted(file);
    const mode = system.host.statTrusted(file)?.mode;
    return text === undefined || mode === undefined ? [] : [{ file, mode, ...parseCdi(text) }];
  });
}

/** `cdi_spec_dirs = ["/etc/cdi", "/run/cdi"]` of [engine]; undefined where the file does not say. */
export function parseSpecDirectories(text: string): readonly string[] | undefined {
  const list = /^[ \t]*cdi_spec_dirs[ \t]*=[ \t]*\[([^\]]*)\]/m.exec(text)?.[1];
  return list === undefined ? undefined : [...list.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
}

export function parseCdi(text: string): Omit<CdiSpec, "file" | "mode"> {
  const json = parseJson(text);
  return isRecord(json) ? fromJson(json) : fromLines(text);
}

function fromLines(text: string): Omit<CdiSpec, "file" | "mode"> {
  const found = { kind: "", nodes: [] as string[], mounts: [] as string[] };
  const devices: { name: string; nodes: string[] }[] = [];
  /** Keys around the line, by how far they are indented; a dash counts as the place of what follows it. */
  const around: { indent: number; key: string }[] = [];
  for (const line of text.split("\n")) {
    const [, space = "", dash = "", key = "", rest = ""] = /^( *)(- +)?([A-Za-z]+):(.*)$/.exec(line) ?? [];
    if (key === "") continue;
    const indent = space.length + dash.length;
    while ((around.at(-1)?.indent ?? -1) >= indent || (dash !== "" && (around.at(-1)?.indent ?? -1) > space.length))
      around.pop();
    const inside = around.at(-1)?.key;
    const value = rest.trim().replace(/^(["'])(.*)\1$/, "$2");
    if (indent === 0 && key === "kind") found.kind = value;
    // Keys come in any order: an item begins with its dash.
    if (inside === "devices" && dash !== "") devices.push({ name: "", nodes: [] });
    const device = around[0]?.key === "devices" ? devices.at(-1) : undefined;
    if (inside === "devices" && key === "name" && device !== undefined) device.name = value;
    if (inside === "deviceNodes" && (key === "path" || key === "hostPath")) {
      found.nodes.push(value);
      device?.nodes.push(value);
    }
    if (inside === "mounts" && key === "hostPath") found.mounts.push(value);
    around.push({ indent, key });
  }
  return { ...found, devices: named(devices), nodes: unique(found.nodes), mounts: unique(found.mounts) };
}

function named(devices: readonly CdiDevice[]): readonly CdiDevice[] {
  return devices
    .filter(({ name }) => name !== "")
    .map(({ name, nodes }) => ({ name, nodes: unique(nodes).toSorted() }));
}

function fromJson(spec: Readonly<Record<string, unknown>>): Omit<CdiSpec, "file" | "mode"> {
  const devices = records(spec["devices"]);
  const edits = [spec, ...devices].map((one) => one["containerEdits"]).filter(isRecord);
  const texts = (values: readonly unknown[]) => unique(values.filter((value) => typeof value === "string"));
  const nodesOf = (edit: Readonly<Record<string, unknown>>) =>
    texts(records(edit["deviceNodes"]).map((node) => node["hostPath"] ?? node["path"]));
  return {
    kind: String(spec["kind"] ?? ""),
    devices: named(
      devices.map(({ name, containerEdits }) => ({
        name: typeof name === "string" ? name : "",
        nodes: isRecord(containerEdits) ? nodesOf(containerEdits) : [],
      })),
    ),
    nodes: unique(edits.flatMap(nodesOf)),
    mounts: texts(edits.flatMap((edit) => records(edit["mounts"])).map((mount) => mount["hostPath"])),
  };
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
