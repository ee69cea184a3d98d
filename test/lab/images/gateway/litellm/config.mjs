// The configuration file as LiteLLM reads it: PyYAML's YAML, values from the environment, and no key that is not known.
import { spawnSync } from "node:child_process";
import * as z from "zod";
import { litellmConfig } from "../../lib/litellm-config.mjs";

const LOAD = "import sys, json, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";

/** What the file says, and all that is wrong with it. */
export function readConfig(path, env) {
  const loaded = spawnSync("python3", ["-c", LOAD, path], { encoding: "utf8" });
  if (loaded.status !== 0) return { faults: [`${path}: ${loaded.stderr.trim().split("\n").at(-1)}`] };
  const parsed = litellmConfig(z).safeParse(JSON.parse(loaded.stdout));
  if (!parsed.success)
    return {
      faults: parsed.error.issues.map((issue) => `${path}: ${issue.path.join(".") || "(top)"}: ${issue.message}`),
    };
  const faults = [];
  const resolve = (value, where) => {
    if (typeof value === "string" && value.startsWith("os.environ/")) {
      const name = value.slice("os.environ/".length);
      if (!env[name]) faults.push(`${path}: ${where}: ${name} is not set`);
      return env[name];
    }
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, `${where}[${index}]`));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolve(item, where ? `${where}.${key}` : key)]),
    );
  };
  return { config: resolve(parsed.data, ""), faults };
}
