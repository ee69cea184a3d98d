/** `install-quadlets check`: is a configuration sound, would podman take these quadlets and do what they say? */
import { basename } from "node:path";
import { gatherPodmanVersion } from "../facts/versions.ts";
import { userError } from "../model/diagnostic.ts";
import { USUAL_PODMAN } from "../model/podman-version.ts";
import { isAtLeast, isPodmanVersion } from "../quadlet/version.ts";
import { findAll, folded } from "../rules/findings.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { isForeign, isQuadletArgument, readQuadlets } from "./check-files.ts";
import { fixFiles } from "./check-fix.ts";
import { asJson, asSarif, asText } from "./check-report.ts";
import type { ConfigurationFiles } from "./check-stack.ts";
import { print, printJson } from "./output.ts";
import { REGISTRY_FILES } from "./package.ts";

const OLDEST = "4.4";
/** More than any file was seen to need. */
const ROUNDS = 10;

export interface CheckOptions {
  readonly podman?: string;
  readonly rootful?: boolean;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly strict?: boolean;
  readonly fix?: boolean;
  readonly critical?: boolean;
}

/** A stack file and those about models, or any number of quadlets and folders of them; without files the site's configuration. */
export async function check(
  files: readonly string[],
  options: CheckOptions,
  system: Pick<System, "host" | "runner"> = makeSystem(),
): Promise<void> {
  const quadlets = files.filter(isQuadletArgument);
  const configuration = configurationOf(files.filter((file) => !quadlets.includes(file)));
  const isConfiguration = quadlets.length === 0 || Object.keys(configuration).length > 0;
  refuseMixed(options, quadlets.length > 0, isConfiguration);
  const target = await podmanFor(system, options.podman);
  if (quadlets.length > 0) await checkQuadlets(quadlets, target, options);
  // Loaded only now: quadlets need no configuration.
  if (isConfiguration) await (await import("./check-stack.ts")).checkStack(configuration, { ...options, ...target });
}

/** Programs read one document. */
function refuseMixed({ json, sarif }: CheckOptions, isQuadlets: boolean, isConfiguration: boolean): void {
  if (!isConfiguration) return;
  if (sarif === true)
    throw userError(
      "bad-value",
      "--sarif is about quadlets, and findings of a configuration have no such form",
      "--json",
    );
  if (json === true && isQuadlets)
    throw userError(
      "bad-value",
      "--json prints one document: of quadlets, or of a configuration",
      "one after the other",
    );
}

export interface PodmanTarget {
  readonly podman: string;
  /** It is the one that this host has. */
  readonly isHosts: boolean;
}

/** What is named; then what this host has, because the quadlets are most likely for that. */
export async function podmanFor(
  system: Pick<System, "host" | "runner">,
  named: string | undefined,
): Promise<PodmanTarget> {
  if (named !== undefined) return { podman: versionOf(named), isHosts: false };
  const own = await gatherPodmanVersion(system);
  // One without quadlets is not what they are for.
  if (own === undefined || !isPodmanVersion(own) || !isAtLeast(own, OLDEST))
    return { podman: USUAL_PODMAN, isHosts: false };
  return { podman: own.replace(/^v/, ""), isHosts: true };
}

/** By their names; any other one is the stack. */
function configurationOf(files: readonly string[]): ConfigurationFiles {
  const kinds: Readonly<Record<string, keyof ConfigurationFiles>> = {
    [REGISTRY_FILES.providers]: "providers",
    [REGISTRY_FILES.mappings]: "mappings",
    [REGISTRY_FILES.keys]: "keys",
  };
  const found = new Map<keyof ConfigurationFiles, string>();
  for (const file of files) {
    const kind = kinds[basename(file)] ?? "stack";
    if (found.has(kind))
      throw userError(
        "bad-value",
        `only one ${kind === "stack" ? "stack file" : basename(file)} can be checked at a time`,
      );
    found.set(kind, file);
  }
  return Object.fromEntries(found);
}

function versionOf(text: string): string {
  if (!isPodmanVersion(text))
    throw userError("bad-value", `--podman: "${text}" is no version`, "for example 5.4, 5.8.2 or 6.0.0-rc1");
  if (!isAtLeast(text, OLDEST))
    throw userError("bad-value", `podman ${text} has no quadlets: ${OLDEST} is the first that has`);
  return text.replace(/^v/, "");
}

async function checkQuadlets(
  paths: readonly string[],
  { podman, isHosts }: PodmanTarget,
  options: CheckOptions,
): Promise<void> {
  const read = () => readQuadlets(paths);
  const target = { podman, rootful: options.rootful === true };
  let { files, unread } = read();
  let findings = findAll(files, target);
  // A repair may uncover another: a second run must find nothing left to do.
  for (let round = 0; options.fix === true && round < ROUNDS; round++) {
    const { written, left } = await fixFiles(makeSystem(), findings);
    const shown = [...written, ...(round === 0 ? left : [])];
    if (options.json !== true && options.sarif !== true && shown.length > 0) print(shown.join("\n"));
    if (written.length === 0) break;
    ({ files, unread } = read());
    findings = findAll(files, target);
  }
  const report = {
    findings: folded(findings),
    unread,
    count: files.filter((file) => file.context !== true).length,
    foreign: paths.filter(isForeign),
    ...target,
    isHosts,
  };
  if (options.json === true) printJson(asJson(report));
  else if (options.sarif === true) printJson(asSarif(report));
  else print(asText(report));
  const isBad = (level: string): boolean => level === "error" || (options.strict === true && level === "warning");
  if (unread.length > 0 || findings.some((finding) => isBad(finding.level))) process.exitCode = 1;
}
