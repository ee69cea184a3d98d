/** What becomes of quadlets that are adopted: the files with the few lines that must change, a service file, and what is different then. */
import type { QuadletFile } from "../model/quadlet-file.ts";
import { type Edit, replaceValue } from "../rules/rule.ts";
import type { Entry } from "../rules/unit-set.ts";
import { LOOPBACK } from "./published.ts";
import { type RawUnit, readRaw } from "./unit.ts";

export interface Adopted {
  readonly files: readonly QuadletFile[];
  /** The text of services/NAME.yaml. */
  readonly service: string;
  /** Lines of files that are others now, as they were and as they are. */
  readonly changes: readonly {
    readonly path: string;
    readonly line: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** Sentences about what is not as it was. */
  readonly differences: readonly string[];
  /** Units that run them now, where they run. */
  readonly units: readonly string[];
  /** Secrets that have to be given. */
  readonly secrets: readonly string[];
}

export function adopt(name: string, found: readonly QuadletFile[], podman: string): Adopted {
  const home = `/var/lib/${name}`;
  const before = readRaw(found, home, podman);
  const changed = before.flatMap((raw) => [...secretsOf(raw, name), ...portsOf(raw)]);
  const files = found.map((file) => ({
    ...file,
    content: withEdits(
      file,
      changed.flatMap(({ edits }) => edits),
    ),
  }));
  const after = readRaw(files, home, podman);
  const secrets = [...new Set(before.flatMap((raw) => raw.secrets.map((secret) => secret.name)))];
  return {
    files,
    service: serviceText(name, home, files, after, secrets),
    changes: changed.map(({ entry, after: value }) => ({
      path: entry.file.path,
      line: entry.key,
      before: entry.value,
      after: value,
    })),
    differences: differencesOf(name, home, after, secrets),
    units: before.map(({ service }) => service),
    secrets,
  };
}

interface Changed {
  readonly entry: Entry;
  readonly after: string;
  readonly edits: readonly Edit[];
}

function changeOf(entry: Entry, after: string): readonly Changed[] {
  const edits = replaceValue(entry, after);
  return edits === undefined || after === entry.value ? [] : [{ entry, after, edits }];
}

/** Podman's store is the account's own, and names there begin with that of the service. */
function secretsOf(raw: RawUnit, service: string): readonly Changed[] {
  return raw.secrets.flatMap(({ name, entry }) =>
    entry.value.startsWith(name) && !/[\s"'\\]/.test(entry.value) ? changeOf(entry, `${service}-${entry.value}`) : [],
  );
}

/** Without an address it answers at every one: the narrower one is the one to begin with. */
function portsOf(raw: RawUnit): readonly Changed[] {
  return raw.published.flatMap(({ entry }) => {
    const found = /^(?:0\.0\.0\.0:|\[::\]:|\*:)?(\d+:\d+(?:\/(?:tcp|udp))?)$/.exec(entry.value);
    return found === null ? [] : changeOf(entry, `${LOOPBACK}:${found[1]}`);
  });
}

function withEdits(file: QuadletFile, edits: readonly Edit[]): string {
  const own = edits.filter((edit) => edit.file.path === file.path).toSorted((a, b) => b.from - a.from);
  return own.reduce((text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to), file.content);
}

function serviceText(
  name: string,
  home: string,
  files: readonly QuadletFile[],
  units: readonly RawUnit[],
  secrets: readonly string[],
): string {
  const mounts = units
    .flatMap((raw) => raw.mounts.map(({ path }) => path))
    .filter((path) => path.startsWith(`${home}/`));
  const directories = [...new Set(mounts.flatMap((path) => parents(path.slice(home.length + 1))))];
  const ports = portLines(units);
  const list = (key: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${key}:`, ...lines.map((line) => `  ${line}`)];
  return `${[
    "# yaml-language-server: $schema=../service.schema.json",
    `description: ${name}`,
    `account: { user: ${userOf(name)}, home: ${home} }`,
    ...list(
      "directories",
      directories.map((path) => `- { path: ${path} }`),
    ),
    ...list(
      "secrets",
      secrets.map(
        (secret) => `${secret}: { supplied: { description: ${JSON.stringify(`what podman had as ${secret}`)} } }`,
      ),
    ),
    ...list("ports", ports),
    ...list(
      "quadlets",
      files.filter((file) => !file.name.includes("/")).map((file) => `- ${name}/${file.name}`),
    ),
  ].join("\n")}\n`;
}

/** "a/b" needs "a" first. */
function parents(path: string): readonly string[] {
  return path.split("/").map((_, index, all) => all.slice(0, index + 1).join("/"));
}

/** One for each number, whatever publishes it in which protocol. */
function portLines(units: readonly RawUnit[]): readonly string[] {
  const known = units.flatMap(({ published }) => published.flatMap((port) => ("problem" in port ? [] : [port])));
  const numbers = [...new Set(known.map(({ host, container }) => `${host}:${container}`))];
  return numbers.map((pair, index) => {
    const same = known.filter(({ host, container }) => `${host}:${container}` === pair);
    const binds = [...new Set(same.map(({ bind }) => bind))];
    const protocols = [...new Set(same.map(({ protocol }) => protocol))];
    const [host, container] = pair.split(":");
    const more = protocols.join() === "tcp" ? "" : `, protocols: [${protocols.join(", ")}]`;
    const name = index === 0 ? "web" : `port-${host}`;
    return `${name}: { host: ${host}, container: ${container}, bind: [${binds.join(", ")}]${more} }`;
  });
}

function userOf(name: string): string {
  return `${name.slice(0, 27)}-user`;
}

function differencesOf(
  name: string,
  home: string,
  units: readonly RawUnit[],
  secrets: readonly string[],
): readonly string[] {
  const mounts = [...new Set(units.flatMap((raw) => raw.mounts.map(({ path }) => path)))];
  const volumes = units.filter(({ unit }) => unit.kind === "volume").map(({ unit }) => unit.name);
  return [
    `they run as ${userOf(name)}, a user of their own with the home ${home}, which is %h; images, volumes and networks are that user's`,
    ...mounts.map((path) =>
      path.startsWith(`${home}/`)
        ? `${path} is made, and empty: copy into it what was there`
        : `${path} must be there, and ${userOf(name)} must be able to read it`,
    ),
    ...volumes.map((file) => `the volume of ${file} begins empty: podman volume export and import carry it over`),
    ...units.flatMap(({ published }) =>
      published.flatMap((port) =>
        "problem" in port
          ? []
          : [
              port.bind === "loopback"
                ? `${LOOPBACK}:${port.host} answers root, operators and declared consumers only; a route gives it a name with TLS`
                : `${port.address}:${port.host} answers the tailnet`,
            ],
      ),
    ),
    ...secrets.map((secret) => `the secret ${secret} is not carried over, and is called ${name}-${secret} there`),
  ];
}
