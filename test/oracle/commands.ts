/** What the command of a whole unit is to be: its own words, what refers to other units, and its end. */
import { isAtLeast } from "../../src/quadlet/version.ts";
import { readCsv } from "../../src/rules/csv.ts";
import type { Unit, UnitSet } from "../../src/rules/unit-set.ts";
import { type Claim, type Meaning, plainClaims, Reader } from "./meaning.ts";

export function meaningOf(unit: Unit, set: UnitSet, podman: string): Meaning {
  const read = new Reader(unit, set);
  const global = [
    ...read.lines("ContainersConfModule").map((line) => `--module=${line}`),
    ...read.words("GlobalArgs", true).flatMap((words) => words ?? []),
  ];
  const own = COMMANDS[unit.kind](read, podman);
  return {
    command: own.command ?? "ExecStart",
    head: [...global, ...own.head],
    claims: [...plainClaims(read), ...own.claims],
    tail: [{ key: "PodmanArgs", words: flat(read.words("PodmanArgs", true)) }, ...own.tail],
  };
}

type Own = Omit<Meaning, "command"> & { readonly command?: string };

function flat(lines: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  return lines.includes(undefined) ? undefined : lines.flatMap((words) => words ?? []);
}

const COMMANDS: Readonly<Record<Unit["kind"], (read: Reader, podman: string) => Own>> = {
  container: (read, podman) => {
    const image = read.value("Image");
    const pod = read.value("Pod");
    const exec = read.lines("Exec").length === 0 ? [] : read.words("Exec", true).at(-1);
    return {
      head: ["run"],
      claims: [
        { key: "ContainerName", words: ["--name", containerName(read)] },
        ...networks(read),
        ...volumes(read),
        ...mounts(read, podman),
        ...users(read),
        ...devices(read),
        ...(pod === "" ? [] : [{ key: "Pod", words: joinPod(read, pod, podman) }]),
        ...(flat(read.words("EnvironmentFile", true))?.map((path) => ({
          key: "EnvironmentFile",
          words: ["--env-file", read.path(path)],
        })) ?? [{ key: "EnvironmentFile", words: undefined }]),
        ...notify(read),
        ...(read.bool("VolatileTmp") === true && read.bool("ReadOnly") !== true
          ? [{ key: "VolatileTmp", words: ["--tmpfs", "/tmp:rw,size=512M,mode=1777"] }]
          : []),
      ],
      tail: [
        image === ""
          ? { key: "Rootfs", words: ["--rootfs", read.value("Rootfs")] }
          : { key: "Image", words: [named(read, image)] },
        { key: "Exec", words: exec },
      ],
    };
  },
  pod: (read, podman) => {
    const name = read.value("PodName") || `systemd-${stem(read)}`;
    const policy = read.value("ExitPolicy") || "stop";
    const isNew = isAtLeast(podman, "5.6");
    return {
      command: "ExecStartPre",
      head: ["pod", "create"],
      claims: [
        { key: "ExitPolicy", words: isNew ? ["--exit-policy", policy] : ["--exit-policy=stop"] },
        { key: "PodName", words: ["--infra-name", `${name}-infra`] },
        { key: "PodName", words: ["--name", name] },
        ...networks(read),
        ...volumes(read),
        ...remap(read),
      ],
      tail: [],
    };
  },
  network: (read, podman) => ({
    head: ["network", "create", "--ignore"],
    claims: [],
    tail: [{ key: "NetworkName", words: [read.value("NetworkName") || defaultName(read, podman)] }],
  }),
  volume: (read, podman) => ({
    head: ["volume", "create", "--ignore"],
    claims: volumeOptions(read),
    tail: [{ key: "VolumeName", words: [read.value("VolumeName") || defaultName(read, podman)] }],
  }),
  image: (read) => ({
    head: ["image", "pull"],
    claims: [],
    tail: [{ key: "Image", words: [read.value("Image")] }],
  }),
  artifact: (read) => ({
    head: ["artifact", "pull"],
    claims: [],
    tail: [{ key: "Artifact", words: [read.value("Artifact")] }],
  }),
  build: (read) => {
    const pull = read.value("Pull");
    const context = buildContext(read);
    return {
      head: ["build"],
      claims: [
        ...networks(read),
        ...volumes(read),
        ...(pull === "" ? [] : [{ key: "Pull", words: [`--pull=${pull}`] }]),
      ],
      tail: context === "" ? [] : [{ key: "SetWorkingDirectory", words: [context] }],
    };
  },
  kube: (read, podman) => {
    const yaml = isAtLeast(podman, "5.7") ? flat(read.words("Yaml", false)) : [read.value("Yaml")];
    const code = read.value("ExitCodePropagation");
    return {
      head: ["kube", "play"],
      claims: [
        ...networks(read),
        ...remap(read),
        ...(code === "" ? [] : [{ key: "ExitCodePropagation", words: [`--service-exit-code-propagation=${code}`] }]),
        ...each(read, "ConfigMap", false, (word) => ["--configmap", read.path(word)]),
        ...each(read, "AutoUpdate", false, (word) => {
          const [, name, type = ""] = /^(.*?)\/(.*)$/s.exec(word) ?? [];
          return [`--annotation=io.containers.autoupdate${name === undefined ? `=${word}` : `/${name}=${type}`}`];
        }),
      ],
      tail: [{ key: "Yaml", words: yaml?.map((path) => read.path(path)) }],
    };
  },
};

function stem(read: Reader): string {
  return read.unit.name.slice(0, -read.unit.kind.length - 1);
}

/** From 5.7 on those of instances are filled in by systemd. */
function defaultName(read: Reader, podman: string): string {
  const [, before, after] = /^([^@]*)@(.*)$/.exec(stem(read)) ?? [];
  if (before === undefined || !isAtLeast(podman, "5.7")) return `systemd-${stem(read)}`;
  return after === "" ? `systemd-${before}-%i` : `systemd-${before}@-%i`;
}

function containerName(read: Reader): string {
  return read.value("ContainerName") || (read.unit.name.includes("@") ? "systemd-%p_%i" : "systemd-%N");
}

function each(read: Reader, key: string, escapes: boolean, words: (word: string) => readonly string[]) {
  return read
    .words(key, escapes)
    .flatMap(
      (line): readonly Claim[] => line?.map((word) => ({ key, words: words(word) })) ?? [{ key, words: undefined }],
    );
}

/** What another file makes, for its name; any other name stands for itself. */
function named(read: Reader, name: string): string {
  const other = read.set.byName.get(name);
  if (other === undefined) return name;
  const there = new Reader(other, read.set);
  if (other.kind === "build") return there.lines("ImageTag")[0] ?? name;
  if (other.kind === "image") return there.value("ImageTag") || there.value("Image");
  return there.name(other);
}

function networks(read: Reader): readonly Claim[] {
  return read.lines("Network").map((line) => {
    const [, name = "", options = ""] = /^([^:]*)(.*)$/s.exec(line) ?? [];
    const other = read.set.byName.get(name);
    const joined = other?.kind === "container" ? `container:${containerOf(read, name)}` : named(read, name) + options;
    const isFile = /\.(network|container)$/.test(name);
    return { key: "Network", words: ["--network", isFile ? joined : line] };
  });
}

/** Its service's name is filled in, since only that unit knows it. */
function containerOf(read: Reader, name: string): string {
  const other = read.set.byName.get(name);
  if (other === undefined) return name;
  const there = new Reader(other, read.set);
  const service = there.value("ServiceName") || stem(there);
  return containerName(there).replaceAll("%N", service);
}

function source(read: Reader, text: string, kinds: RegExp): string {
  if (text.startsWith(".")) return read.path(text);
  return !text.startsWith("/") && kinds.test(text) ? named(read, text) : text;
}

function volumes(read: Reader): readonly Claim[] {
  return read.lines("Volume").map((line) => {
    const [from = "", ...rest] = line.split(":");
    if (rest.length === 0) return { key: "Volume", words: ["-v", line] };
    // Without a name it is an anonymous volume, whose options nobody reads.
    const words = from === "" ? rest[0] : [source(read, from, /\.volume$/), ...rest].join(":");
    return { key: "Volume", words: ["-v", words ?? ""] };
  });
}

function mounts(read: Reader, podman: string): readonly Claim[] {
  return each(read, "Mount", true, (word) => {
    const fields = readCsv(word) ?? [word];
    const type = fields.find((field) => field.startsWith("type="))?.slice(5) ?? "volume";
    if (!["volume", "bind", "glob", "image", ...(isAtLeast(podman, "5.7") ? ["artifact"] : [])].includes(type))
      return ["--mount", word];
    const rest = fields
      .filter((field) => !field.startsWith("type="))
      .map((field) =>
        field.replace(
          /^(source|src)=(.*)$/s,
          (_, __, from) => `source=${source(read, from, /\.(volume|image|artifact)$/)}`,
        ),
      );
    const quoted = [`type=${type}`, ...rest].map((field) =>
      /[",\r\n]|^[\t-\r \u0085\u00a0\u2000-\u200a\u3000]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
    );
    return ["--mount", quoted.join(",")];
  });
}

function users(read: Reader): readonly Claim[] {
  const [user, group] = [read.value("User"), read.value("Group")];
  const words = ["--user", group === "" ? user : `${user}:${group}`];
  return [...(user === "" ? [] : [{ key: "User", words }]), ...remap(read)];
}

function remap(read: Reader): readonly Claim[] {
  const how = read.value("RemapUsers");
  const [uids, gids] = [flat(read.words("RemapUid", false)), flat(read.words("RemapGid", false))];
  if (how === "") return [];
  if (uids === undefined || gids === undefined) return [{ key: "RemapUid|RemapGid", words: undefined }];
  if (how === "manual") {
    return [
      ...uids.map((word) => ({ key: "RemapUid", words: ["--uidmap", word] })),
      ...gids.map((word) => ({ key: "RemapGid", words: ["--gidmap", word] })),
    ];
  }
  const size = Number(read.value("RemapUidSize") || 0);
  const options = [
    ...uids.map((word) => (how === "auto" ? `uidmapping=${word}` : `uid=${word}`)),
    ...gids.map((word) => (how === "auto" ? `gidmapping=${word}` : `gid=${word}`)),
    ...(how === "auto" && size > 0 ? [`size=${size}`] : []),
  ];
  return [
    {
      key: "RemapUsers|RemapUid|RemapGid",
      words: ["--userns", options.length === 0 ? how : `${how}:${options.join(",")}`],
    },
  ];
}

/** Before 5.5 by the file that the pod's service wrote. */
function joinPod(read: Reader, pod: string, podman: string): readonly string[] {
  const other = read.set.byName.get(pod);
  if (isAtLeast(podman, "5.5") || other === undefined) return ["--pod", named(read, pod)];
  const service = new Reader(other, read.set).value("ServiceName") || `${pod.slice(0, -".pod".length)}-pod`;
  return ["--pod-id-file", `%t/${service}.pod-id`];
}

function devices(read: Reader): readonly Claim[] {
  return each(read, "AddDevice", false, (word) => ["--device", word.replace(/^-/, "")]).map((claim, index) => ({
    ...claim,
    optional: flat(read.words("AddDevice", false))?.[index]?.startsWith("-") === true,
  }));
}

function notify(read: Reader): readonly Claim[] {
  if (read.value("Type", "Service") === "oneshot") return [];
  const value = read.value("Notify").toLowerCase();
  const isOn = read.bool("Notify");
  const how = value === "healthy" ? value : isOn === true ? "container" : "conmon";
  const words = value === "" || value === "healthy" || isOn !== undefined ? [`--sdnotify=${how}`] : undefined;
  return [
    { key: "Notify|Service.Type", words },
    { key: "Notify|Service.Type", words: ["-d"] },
  ];
}

function volumeOptions(read: Reader): readonly Claim[] {
  const option = (key: string, value: string): Claim => ({ key: `${key}|Driver`, words: ["--opt", value] });
  if (read.value("Driver") === "image") return [option("Image", `image=${named(read, read.value("Image"))}`)];
  const [device, type, options] = [read.value("Device"), read.value("Type"), read.value("Options")];
  const [user, group] = [read.value("User"), read.value("Group")];
  const all = [
    ...(user === "" ? [] : [`uid=${numberOf(user)}`]),
    ...(group === "" ? [] : [`gid=${numberOf(group)}`]),
    ...(options === "" ? [] : [options]),
  ];
  const copy = read.bool("Copy");
  return [
    ...(copy === undefined ? [] : [option("Copy", copy ? "copy" : "nocopy")]),
    ...(copy === undefined && read.value("Copy") !== "" ? [{ key: "Copy", words: undefined }] : []),
    ...(device === "" ? [] : [option("Device", `device=${device}`)]),
    ...(type === "" ? [] : [option("Type", `type=${type}`)]),
    ...(all.length === 0 ? [] : [option("User|Group|Options", `o=${all.join(",")}`)]),
  ];
}

/** A number may be hexadecimal, and have a sign; a zero in front means nothing to a person. */
function numberOf(text: string): string {
  return /^\+?(0[xX][0-9a-fA-F]+|\d+)$/.test(text) ? String(Number(text.replace(/^\+/, ""))) : text;
}

function buildContext(read: Reader): string {
  const set = read.value("SetWorkingDirectory");
  const own = read.value("WorkingDirectory", "Service");
  if (set !== "" && !/^(unit|file|yaml)$/i.test(set)) return set;
  const file = read.value("File");
  if (/^(\/|https?:\/\/|git:\/\/|github\.com\/.)/.test(file)) return "";
  const folder = read.unit.file.folder;
  return own || (set.toLowerCase() === "file" ? read.path(file).replace(/\/[^/]*$/, "") || "/" : folder);
}
