/** `install-quadlets adopt`: existing quadlets as a service of the catalogue; shows it, asks, and writes what is not there yet. */
import { resolveStack } from "../config/resolve.ts";
import { ConfigError, formatDiagnostic, NeedsRoot, userError } from "../model/diagnostic.ts";
import { SERVICE_NAME } from "../model/names.ts";
import { next } from "../model/next.ts";
import { printCommand } from "../model/print-command.ts";
import { foldersOf, type QuadletFile } from "../model/quadlet-file.ts";
import { visible } from "../model/visible.ts";
import { type Adopted, adopt as adoptFiles } from "../raw/adopt.ts";
import { findAll, folded } from "../rules/findings.ts";
import { isDropIn, type SourceFile } from "../rules/unit-set.ts";
import type { System } from "../system/interfaces.ts";
import { readTextFile } from "../system/package-files.ts";
import { makeSystem } from "../system/real.ts";
import { publishNewFile } from "../system/write-new.ts";
import type { AdoptOptions } from "./adopt-flags.ts";
import { podmanFor } from "./check.ts";
import { readQuadlets } from "./check-files.ts";
import { complain, print } from "./output.ts";
import { readSources, SITE } from "./package.ts";
import { packageFile } from "./package-root.ts";

export async function adopt(paths: readonly string[], options: AdoptOptions): Promise<void> {
  const { name } = options;
  if (!SERVICE_NAME.test(name))
    throw userError(
      "bad-value",
      `--name: ${JSON.stringify(name)} is no name of a service`,
      "lower-case letters, digits and hyphens",
    );
  const system = makeSystem();
  const folder = `${SITE}/services`;
  await refuseTaken(system, folder, name);
  const { podman } = await podmanFor(system, options.podman);
  const files = readFiles(paths, podman);
  const adopted = adoptFiles(name, files, podman);
  refuseUnknowable(name, adopted);
  print(shown(folder, name, adopted));
  if (options.print === true) return complain(next("adopt --print"));
  if (system.host.effectiveUid() !== 0)
    throw new NeedsRoot(`writing to ${folder} needs root`, "run it with sudo; or --print to look");
  if (options.yes !== true) await (await import("./ask.ts")).askYes("Write these files?");
  await write(system, folder, name, adopted);
  complain(ending(name, adopted));
}

/** A service of the package would be replaced by one of that name. */
async function refuseTaken(system: System, folder: string, name: string): Promise<void> {
  const isThere = readSources(undefined).services.some(({ file }) => file.endsWith(`/${name}.yaml`));
  if (isThere) throw userError("already-there", `there is a service ${name} already`, "another --name");
  if ((await system.files.stat(`${folder}/${name}`)) !== undefined)
    throw userError(
      "already-there",
      `${folder}/${name}: is there already, and was not touched`,
      "another --name, or move it away first",
    );
}

/** Throws with every place where check sees an error. */
function readFiles(paths: readonly string[], podman: string): readonly QuadletFile[] {
  const { files, unread } = readQuadlets(paths);
  if (unread.length > 0)
    throw userError(
      "unusable-file",
      unread.map(({ path, message }) => `${visible(path)} ${visible(message)}`).join("\n"),
    );
  const findings = folded(findAll(files, { podman, rootful: false }));
  const told = (level: string) =>
    findings.filter((one) => one.level === level).map((one) => ({ ...one, message: `${one.message} [${one.rule}]` }));
  if (told("error").length > 0) throw new ConfigError(told("error"));
  for (const warning of told("warning")) complain(visible(`warning: ${formatDiagnostic(warning)}`));
  const own = files.filter(({ context }) => context !== true);
  if (own.length === 0) throw userError("no-such-file", "there are no quadlets", "name files, or a folder of them");
  const names = own.map(asQuadlet);
  const twice = names.find(({ name }, index) => names.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw userError("ambiguous", `two files are called ${twice.name}`, "adopt one folder at a time");
  const binary = own.find(({ text }) => /[\ud800-\udfff\0]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "")));
  if (binary !== undefined) throw userError("unusable-file", `${visible(binary.path)} is not text in UTF-8`);
  return names;
}

function asQuadlet(file: SourceFile): QuadletFile {
  const folder = isDropIn(file) ? `${file.folder.slice(file.folder.lastIndexOf("/") + 1)}/` : "";
  return { path: file.path, name: `${folder}${file.name}`, content: file.text };
}

/** As a run would read it, by itself; places are those of the files that were named. */
function refuseUnknowable(name: string, { files, service }: Adopted): void {
  const paths = new Map(files.map((file) => [`${name}/${file.name}`, file.path]));
  try {
    resolveStack({
      stack: [{ file: "stack.yaml", text: `services: { ${name}: {} }` }],
      services: [{ file: `${name}.yaml`, text: service }],
      quadlets: files.map((file) => ({ file: `${name}/${file.name}`, text: file.content })),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.diagnostics.map((found) => ({ ...found, file: paths.get(found.file) ?? found.file })));
  }
}

function shown(folder: string, name: string, { files, service, changes }: Adopted): string {
  return [
    `+ ${folder}/${name}.yaml`,
    ...service
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`),
    ...files.flatMap((file) => [
      `+ ${folder}/${name}/${file.name}, as ${file.path}`,
      ...changes
        .filter(({ path }) => path === file.path)
        .flatMap(({ line, before, after }) => [`    -${line}=${before}`, `    +${line}=${after}`]),
    ]),
  ]
    .map(visible)
    .join("\n");
}

/** The service file comes last: before it, the folder means nothing. What was written goes again where one fails. */
async function write(system: System, folder: string, name: string, { files, service }: Adopted): Promise<void> {
  const root = { uid: 0, gid: 0 };
  const folders = foldersOf(files).map((dropIns) => `${folder}/${name}/${dropIns}`);
  const made: string[] = [];
  for (const path of [SITE, folder, `${folder}/${name}`, ...folders]) {
    if ((await system.files.stat(path)) !== undefined) continue;
    await system.files.makeDirectory(path, { mode: 0o755, ...root });
    made.push(path);
  }
  const all = files.map((file) => ({ path: `${folder}/${name}/${file.name}`, text: file.content }));
  // For editors: the first line of the service file names it.
  const schema = `${SITE}/service.schema.json`;
  if ((await system.files.stat(schema)) === undefined)
    all.push({ path: schema, text: readTextFile(packageFile("config/service.schema.json")) ?? "{}" });
  try {
    for (const { path, text } of [...all, { path: `${folder}/${name}.yaml`, text: service }]) {
      publishNewFile(path, text, { mode: 0o644, ...root });
      made.push(path);
    }
  } catch (error) {
    for (const path of made.toReversed()) await system.files.remove(path);
    throw error;
  }
}

function ending(name: string, { differences, units, secrets }: Adopted): string {
  return [
    ...differences.map((line) => `different: ${line}`),
    `the units that run them now stay as they are, and hold their ports: systemctl --user stop ${units.join(" ")}`,
    "then move their files out of ~/.config/containers/systemd, and: systemctl --user daemon-reload",
    ...secrets.map(
      (secret) =>
        `${printCommand({ argv: ["sudo", "install-quadlets", "secrets", "set", `${name}/${secret}`] })} asks for its value`,
    ),
    next("adopt", name, `${SITE}/stack.yaml`),
  ]
    .map(visible)
    .join("\n");
}
