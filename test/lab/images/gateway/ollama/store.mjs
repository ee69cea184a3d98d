// Ollama's store: blobs by their digest and a manifest for each name, as the real one lays them out; and the registry that the lab has.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sleep } from "../../lib/contract.mjs";

/** What can be pulled: what it is, and kilobytes of it in the lab, where a thousandth does. */
const REGISTRY = {
  "tinyllama:latest": { family: "llama", parameters: "1B", kilobytes: 640, capabilities: ["completion"] },
  "gpt-oss:20b": {
    family: "gptoss",
    parameters: "20.9B",
    kilobytes: 13_780,
    capabilities: ["completion", "tools", "thinking"],
  },
  "bge-m3:latest": { family: "bert", parameters: "566.70M", kilobytes: 1160, capabilities: ["embedding"] },
  "qwen3:4b": { family: "qwen3", parameters: "4.0B", kilobytes: 2500, capabilities: ["completion", "tools"] },
};
const PARTS = 20;

export const fullName = (name) => (name.includes(":") ? name : `${name}:latest`);

export class Store {
  constructor(root) {
    this.root = root;
    mkdirSync(join(root, "blobs"), { recursive: true });
    mkdirSync(join(root, "manifests"), { recursive: true });
  }

  #manifest(name) {
    const [path, tag] = fullName(name).split(":");
    if (!/^[\w./-]+$/.test(path) || path.includes("..") || !/^[\w.-]+$/.test(tag)) return undefined;
    return join(this.root, "manifests/registry.ollama.ai", path.includes("/") ? path : `library/${path}`, tag);
  }

  #blob(digest) {
    return join(this.root, "blobs", digest.replace(":", "-"));
  }

  /** A model that was pulled; undefined for another. */
  find(name) {
    const path = this.#manifest(name);
    if (path === undefined || !existsSync(path)) return undefined;
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    const digest = createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
    const config = JSON.parse(readFileSync(this.#blob(manifest.config.digest), "utf8"));
    const size = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
    return { name: fullName(name), digest, size, modifiedAt: statSync(path).mtime.toISOString(), ...config };
  }

  list() {
    const base = join(this.root, "manifests/registry.ollama.ai");
    const names = [];
    const walk = (dir, path) => {
      for (const entry of readdirSync(dir, { withFileTypes: true })) {
        if (entry.isDirectory()) walk(join(dir, entry.name), [...path, entry.name]);
        else names.push(`${path.join("/").replace(/^library\//, "")}:${entry.name}`);
      }
    };
    if (existsSync(base)) walk(base, []);
    return names.map((name) => this.find(name)).sort((one, other) => other.modifiedAt.localeCompare(one.modifiedAt));
  }

  /** What happens while a model is fetched, bytes among it. A file `lab-pull-seconds` in the store makes it last. */
  async *pull(name) {
    const model = REGISTRY[fullName(name)];
    yield { status: "pulling manifest" };
    if (model === undefined) throw new Error("pull model manifest: file does not exist");
    const weights = Buffer.alloc(model.kilobytes * 1024, `${fullName(name)} `);
    const { kilobytes, ...about } = model;
    const layers = [];
    for (const data of [weights, Buffer.from(JSON.stringify(about))]) {
      const digest = `sha256:${createHash("sha256").update(data).digest("hex")}`;
      yield* this.#fetch(digest, data);
      layers.push({ mediaType: "application/vnd.ollama.image.model", digest, size: data.length });
    }
    yield { status: "verifying sha256 digest" };
    yield { status: "writing manifest" };
    const path = this.#manifest(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ schemaVersion: 2, config: layers[1], layers: [layers[0]] }));
    yield { status: "success" };
  }

  async *#fetch(digest, data) {
    const path = this.#blob(digest);
    const told = { status: `pulling ${digest.slice(7, 19)}`, digest, total: data.length };
    if (!existsSync(path)) {
      const slow = join(this.root, "lab-pull-seconds");
      const seconds = existsSync(slow) ? Number(readFileSync(slow, "utf8")) : 0;
      for (let part = 0; part < PARTS; part++) {
        yield { ...told, completed: Math.floor((data.length * part) / PARTS) };
        await sleep((seconds * 1000) / PARTS);
      }
      writeFileSync(`${path}-partial`, data);
      renameSync(`${path}-partial`, path);
    }
    yield { ...told, completed: data.length };
  }

  /** Forgets a name, and the blobs that no other has. */
  delete(name) {
    const path = this.#manifest(name);
    if (path === undefined || !existsSync(path)) return false;
    rmSync(path);
    const kept = new Set(
      this.list().flatMap((model) => {
        const { config, layers } = JSON.parse(readFileSync(this.#manifest(model.name), "utf8"));
        return [config, ...layers].map((layer) => layer.digest.replace(":", "-"));
      }),
    );
    for (const blob of readdirSync(join(this.root, "blobs")))
      if (!kept.has(blob)) rmSync(join(this.root, "blobs", blob));
    return true;
  }
}
