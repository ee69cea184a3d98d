/** `install-quadlets check` of a stack file and the files about models, or of the site's configuration on its host. */
import { resolveStack } from "../config/resolve.ts";
import { ConfigError, formatDiagnostic, userError } from "../model/diagnostic.ts";
import type { Stack } from "../model/service.ts";
import { rawFindings } from "../render/raw-check.ts";
import { refuseOwn } from "../runs/prepare.ts";
import { reasonNotToRead } from "../system/look-at.ts";
import { makeSystem } from "../system/real.ts";
import { checkHost, type HostFinding } from "./check-host.ts";
import { print, printJson } from "./output.ts";
import { type RegistryFiles, readSources } from "./package.ts";

export interface ConfigurationFiles extends RegistryFiles {
  readonly stack?: string;
}

interface StackCheckOptions {
  readonly podman: string;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly critical?: boolean;
}

export async function checkStack(files: ConfigurationFiles, options: StackCheckOptions): Promise<void> {
  for (const file of Object.values(files)) {
    const reason = reasonNotToRead(file);
    if (reason !== undefined) throw userError("unusable-file", `${file} ${reason}`);
  }
  const stack = options.json === true ? resolveOrTell(files) : resolveConfiguration(files);
  if (stack === undefined) return;
  // What is named may be meant for another host.
  const isHere = Object.keys(files).length === 0 && options.critical !== true;
  const findings = [...ofQuadlets(stack, options.podman), ...(isHere ? await checkHost(makeSystem(), stack) : [])];
  const names = stack.services.map((service) => service.name);
  if (options.json === true) printJson({ version: 1, services: names, findings });
  else print([...findings.map(asText), ...summary(names, findings)].join("\n"));
  if (findings.some(({ level }) => level === "error" || options.strict === true)) process.exitCode = 1;
}

/** Of quadlets that services bring along; what stands beside them is known by name. */
function ofQuadlets({ services }: Stack, podman: string): readonly HostFinding[] {
  return services.flatMap((service) => {
    const pods = service.pod === undefined ? [] : [{ fileName: `${service.pod.name}.pod`, content: "[Pod]\n" }];
    return rawFindings(service, pods, podman).map(({ rule, hint = "", ...finding }) => ({
      level: finding.level === "error" ? "error" : "warning",
      check: rule,
      message: formatDiagnostic(finding),
      hint: hint === "" ? `docs/rules.md, ${rule}` : hint,
    }));
  });
}

function resolveConfiguration({ stack: stackFile, ...registry }: ConfigurationFiles): Stack {
  const stack = resolveStack(readSources(stackFile, registry));
  const system = makeSystem();
  // Only root may read the key.
  if (system.host.effectiveUid() === 0) refuseOwn(system, stack, system.clock.now());
  return stack;
}

/** Findings as JSON; whatever else is wrong stays an error. */
function resolveOrTell(files: ConfigurationFiles): Stack | undefined {
  try {
    return resolveConfiguration(files);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.diagnostics.map((finding) => {
      const [, message = finding.message, check] = /^(.*) \[([a-z-]+)\]$/s.exec(finding.message) ?? [];
      return { level: "error", ...(check === undefined ? {} : { check }), ...finding, message };
    });
    printJson({ version: 1, services: [], findings });
    process.exitCode = 1;
    return undefined;
  }
}

function asText({ level, check, message, hint }: HostFinding): string {
  return `${level}: ${message} [${check}]\n  hint: ${hint}`;
}

function summary(names: readonly string[], findings: readonly HostFinding[]): readonly string[] {
  if (findings.some(({ level }) => level === "error")) return [];
  return [`${names.length} services, no faults: ${names.join(", ")}`];
}
