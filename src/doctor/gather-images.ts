/** Whether registries have other images by now: each is asked once, all side by side, and nothing is pulled. */
import { asUser } from "../commands/accounts.ts";
import { inspectManifest } from "../commands/registry.ts";
import type { ImagePart, RegistryWord } from "../diagnosis/parts-running.ts";
import { gatherImages as gatherOwn } from "../facts/images.ts";
import { parseManifest, type RemoteImage, saysSingle } from "../facts/manifest.ts";
import { UserError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";

type Asked = readonly RemoteImage[] | "single" | { readonly silent: string };

/** As registries call what node calls x64. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

export async function gatherImages(
  system: System,
  { index }: Base,
  nodeArchitecture: string | undefined,
): Promise<readonly ImagePart[]> {
  const architecture = ARCHITECTURES[nodeArchitecture ?? ""];
  const answers = new Map<string, Promise<Asked>>();
  const parts = (index?.services ?? []).map(async (service) => {
    const units = new Map(service.units.toReversed().map(({ image, name }) => [image, name] as const));
    units.delete("");
    // Where the store cannot be read, each of its images says so.
    const own = await settled(gatherOwn(system, service, [...units.keys()]));
    return Promise.all(
      [...units].toReversed().map(async ([reference, unit]): Promise<ImagePart> => {
        if ("silent" in own) return { unit, reference, word: { kind: "silent", why: own.silent } };
        const fixed = fixedWord(reference, own.value);
        if (fixed !== undefined) return { unit, reference, word: fixed };
        const asked = answers.get(reference) ?? ask(system, service, reference);
        answers.set(reference, asked);
        return { unit, reference, word: compare(await asked, own.value, reference, architecture) };
      }),
    );
  });
  return (await Promise.all(parts)).flat();
}

/** What nobody needs to be asked about. */
function fixedWord(reference: string, own: ReadonlyMap<string, string>): RegistryWord | undefined {
  if (reference.includes("@sha256:")) return { kind: "pinned" };
  if (reference.startsWith("localhost/")) return { kind: "own" };
  return own.has(reference) ? undefined : { kind: "missing" };
}

async function ask(system: System, service: IndexedService, reference: string): Promise<Asked> {
  const answer = await settled(system.runner.probe(asUser(service, inspectManifest(reference))));
  if ("silent" in answer) return answer;
  const { exitCode, stdout, stderr } = answer.value;
  const found = exitCode === 0 ? parseManifest(stdout) : saysSingle(stderr) ? "single" : undefined;
  if (found !== undefined) return found;
  return { silent: exitCode === 0 ? "its answer is no manifest" : (stderr.trim().split("\n").at(-1) ?? "") };
}

function compare(
  asked: Asked,
  own: ReadonlyMap<string, string>,
  reference: string,
  architecture: string | undefined,
): RegistryWord {
  if (asked === "single") return { kind: "single" };
  if ("silent" in asked) return { kind: "silent", why: asked.silent };
  const present = own.get(reference);
  const digests = [...own].filter(([, id]) => id === present).map(([name]) => name.split("@")[1]);
  if (asked.some(({ digest }) => digests.includes(digest))) return { kind: "same" };
  const newer = asked.find((one) => one.architecture === architecture) ?? asked[0];
  return newer === undefined ? { kind: "single" } : { kind: "newer", digest: newer.digest, day: newer.day };
}

async function settled<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly silent: string }> {
  try {
    return { value: await work };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { silent: error.message.split("\n")[0] ?? "" };
  }
}
