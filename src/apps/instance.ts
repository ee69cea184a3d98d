/** Which instance an app's command is about: the one service made from its catalogue entry, or the one named. */
import { userError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";

/** `prefix` of the catalogue entry: "vllm" covers vllm-qwen and every other vLLM model. */
export function findInstance(index: ServiceIndex, prefix: string, name: string | undefined): IndexedService {
  const instances = instancesOf(index, prefix);
  const names = instances.map((service) => service.name).join(", ");
  if (name !== undefined) {
    const named = instances.find((service) => service.name === name);
    if (named !== undefined) return named;
    throw userError(
      "unknown-name",
      `${name} is no ${prefix} service of this host`,
      names === "" ? "svc list" : `there are ${names}`,
    );
  }
  const [only, second] = instances;
  if (only === undefined)
    throw userError("nothing-installed", `no ${prefix} service is installed on this host`, "svc list");
  if (second !== undefined)
    throw userError("ambiguous", `there are several: ${names}`, "say which with --service NAME");
  return only;
}

export function instancesOf(index: ServiceIndex, prefix: string): readonly IndexedService[] {
  return index.services.filter((service) => service.from === prefix || service.from.startsWith(`${prefix}-`));
}
