/** Newer images in the registry of a lab: what a name stands for is moved to the same layers with another configuration. */
import { hostScript, putFile } from "./support.ts";

export interface Newer {
  /** With its tag. */
  readonly image: string;
  /** The tag that is moved, or made; the same one by default. */
  readonly tag?: string;
  /** Its label `version`, which tells it from others. */
  readonly label: string;
  /** A script that runs before, and with, what a container would run. */
  readonly entrypoint?: string;
}

/** Its manifest, its blob, its tag; the tags lie in a directory of their own, over those of the lab. */
const PROGRAM = `
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
const [name, tag, newTag, label, entrypoint] = process.argv.slice(2);
const tree = "/opt/lab/registry", more = "/opt/lab/more/gateway/blobs/sha256";
const tags = tree + "/repositories/" + name + "/tags", own = "/run/lab-tags/" + name;
const blob = (digest) => JSON.parse(readFileSync([more, tree + "/blobs/sha256"].map((at) => at + "/" + digest.slice(7)).find((at) => existsSync(at))));
const put = (value) => {
  const text = JSON.stringify(value), hex = createHash("sha256").update(text).digest("hex");
  writeFileSync(more + "/" + hex, text);
  return { digest: "sha256:" + hex, size: Buffer.byteLength(text) };
};
mkdirSync(more, { recursive: true });
if (!existsSync(own)) cpSync(tags, own, { recursive: true });
let manifest = blob(readFileSync(tags + "/" + tag, "utf8").trim());
if (manifest.manifests) manifest = blob(manifest.manifests[0].digest);
const config = blob(manifest.config.digest);
config.config.Labels = { ...config.config.Labels, version: label };
if (entrypoint) config.config.Entrypoint = ["sh", "-c", entrypoint, "sh"];
const { digest } = put({ ...manifest, config: { ...manifest.config, ...put(config) } });
writeFileSync(own + "/" + newTag, digest + "\\n");
`;

export async function serveNewer({ image, tag, label, entrypoint = "" }: Newer): Promise<void> {
  const colon = image.lastIndexOf(":");
  const [name, from] = [image.slice(0, colon), image.slice(colon + 1)];
  const words = [name, from, tag ?? from, label, entrypoint].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  await putFile("/root/newer.mjs", PROGRAM);
  await hostScript(`
    node /root/newer.mjs ${words.join(" ")}
    mountpoint -q /opt/lab/registry/repositories/${name}/tags ||
      mount --bind /run/lab-tags/${name} /opt/lab/registry/repositories/${name}/tags
    systemctl restart lab-registry`);
}
