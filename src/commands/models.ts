/** Models in the cache of a service: fetched by its image, removed by its account. */
import type { Command } from "../model/command.ts";
import type { IndexedModelCache } from "../model/model-cache.ts";

/** Seventy billion parameters are 140 GB; at 20 Mbit/s that is 16 hours. */
const FETCH_MS = 24 * 60 * 60 * 1000;
const REMOVE_MS = 10 * 60 * 1000;

/**
 * A container of its own, beside the service and with nothing but its cache: no card, no port, no key. Its name is what keeps two from
 * fetching for the same service at once. Secrets come from the account's podman, so that no value is an argument.
 */
export function fetchModel(cache: IndexedModelCache, model: string): Command {
  const [program = "", ...words] = cache.command.map((word) => word.replaceAll("$<model>", () => model));
  // --init: as the first process of its container Python would not hear Ctrl-C's signal.
  const rights = ["--init", "--cap-drop=all", "--security-opt=no-new-privileges", "--pids-limit=512"];
  return {
    argv: [
      "podman",
      "run",
      "--rm",
      `--name=${cache.container}-fetch`,
      "--pull=never",
      "--log-driver=none",
      ...rights,
      ...cache.mounts.flatMap(({ source, target }) => ["--volume", `${source}:${target}`]),
      ...Object.entries(cache.environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...Object.entries(cache.secrets).flatMap(([name, secret]) => ["--secret", `${secret},type=env,target=${name}`]),
      `--entrypoint=${program}`,
      cache.image,
      ...words,
    ],
    timeoutMs: FETCH_MS,
  };
}

/** In the user's own namespace: files may belong to any of its subordinate ids, and nothing outside of them can be harmed. */
export function removeFromCache(paths: readonly string[]): Command {
  return { argv: ["podman", "unshare", "rm", "-rf", "--one-file-system", "--", ...paths], timeoutMs: REMOVE_MS };
}
