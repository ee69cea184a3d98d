// Turns the package layers and a catalogue (images.mjs) into images: one small layer each, configuration, manifest, index, tag.
//   assemble.mjs WORK CATALOGUE
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packLayer } from "./layer.mjs";

const [, , work, catalogue] = process.argv;
const { images } = await import(catalogue);
const tree = join(work, "tree");
const here = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const ARCHITECTURE = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;
const CREATED = "2026-01-01T00:00:00Z";

/** Writes a JSON document as a blob and returns its descriptor. */
function writeJson(document, mediaType) {
  const body = JSON.stringify(document);
  const hex = createHash("sha256").update(body).digest("hex");
  writeFileSync(join(tree, "blobs", "sha256", hex), body);
  return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(body) };
}

/** Account files: those of the base image plus the accounts the real image has, under its numbers. */
function writeAccounts(root, users) {
  mkdirSync(join(root, "etc"), { recursive: true });
  for (const file of ["passwd", "group"]) {
    const taken = new Set(users.map((user) => user.name));
    const kept = readFileSync(join(work, "sets/base/etc", file), "utf8")
      .split("\n")
      .filter((line) => line && !taken.has(line.split(":")[0]));
    const added = users.map(({ name, uid, gid, home = "/nonexistent", group = name }) =>
      file === "passwd" ? `${name}:x:${uid}:${gid}:${name}:${home}:/bin/sh` : `${group}:x:${gid}:`,
    );
    writeFileSync(
      join(root, "etc", file),
      `${[...kept, ...(file === "group" ? added.filter((line) => !kept.some((old) => old.split(":")[0] === line.split(":")[0])) : added)].join("\n")}\n`,
    );
  }
}

function own(path, owner) {
  const [uid, gid] = owner.split(":").map(Number);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return lchownSync(path, uid, gid);
  chownSync(path, uid, gid);
  if (stat.isDirectory()) for (const entry of readdirSync(path)) own(join(path, entry), owner);
}

/** Modes do not depend on the checkout: programs may run, everything may be read. */
function setModes(path) {
  if (statSync(path).isDirectory()) {
    chmodSync(path, 0o755);
    for (const entry of readdirSync(path)) setModes(join(path, entry));
  } else chmodSync(path, /\.sh$|\/bin\//.test(path) ? 0o755 : 0o644);
}

/** A program and the packages that it imports, as one file; those of the checkout whose images these are. */
function bundle(entry, outfile) {
  const checkout = process.env.LAB_REPO ?? join(here, "../../..");
  createRequire(join(checkout, "package.json"))("esbuild").buildSync({
    entryPoints: [join(here, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    nodePaths: [join(checkout, "node_modules")],
    // Packages in CommonJS call require() for node's own modules.
    banner: {
      js: 'import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url);',
    },
  });
}

/** Lays out the files of one image that no package brings. */
function layOut(root, image) {
  mkdirSync(root, { recursive: true });
  writeAccounts(root, image.users ?? []);
  for (const [target, source] of Object.entries(image.files ?? {})) {
    const path = join(root, target);
    mkdirSync(dirname(path), { recursive: true });
    if (source.text !== undefined) writeFileSync(path, source.text);
    else if (source.bundle) bundle(source.bundle, path);
    else if (source.built) copyFileSync(join(work, source.built), path);
    else if (statSync(join(here, source)).isDirectory()) cpSync(join(here, source), path, { recursive: true });
    else copyFileSync(join(here, source), path);
    setModes(path);
  }
  if (image.busybox) {
    const binary = join(root, "usr/bin/busybox");
    mkdirSync(dirname(binary), { recursive: true });
    copyFileSync(join(work, "sets/busybox/usr/bin/busybox"), binary);
    chmodSync(binary, 0o755);
    for (const applet of image.busybox) symlinkSync("busybox", join(root, "usr/bin", applet));
  }
  for (const [target, to] of Object.entries(image.links ?? {})) {
    mkdirSync(dirname(join(root, target)), { recursive: true });
    symlinkSync(to, join(root, target));
  }
  for (const [target, { owner = "0:0", mode = 0o755 } = {}] of Object.entries(image.dirs ?? {})) {
    mkdirSync(join(root, target), { recursive: true });
    chmodSync(join(root, target), mode);
    own(join(root, target), owner);
  }
}

const descriptors = new Map();
function packageLayer(name) {
  if (!descriptors.has(name))
    descriptors.set(name, JSON.parse(readFileSync(join(work, "layers", `${name}.json`), "utf8")));
  return descriptors.get(name);
}

for (const image of images) {
  const root = join(work, "small");
  layOut(root, image);
  const top = await packLayer(root, tree, { name: "small", exclude: [] });
  rmSync(root, { recursive: true });
  const layers = [...["base", ...image.layers].map(packageLayer), top];
  const config = writeJson(
    {
      architecture: ARCHITECTURE,
      os: "linux",
      created: CREATED,
      config: { ...image.config, Labels: { "lab.kind": image.kind } },
      rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
      history: layers.map((_, index) => ({ created: CREATED, created_by: ["base", ...image.layers, "small"][index] })),
    },
    "application/vnd.oci.image.config.v1+json",
  );
  const manifestType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = writeJson(
    {
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    },
    manifestType,
  );
  const indexType = "application/vnd.oci.image.index.v1+json";
  const index = writeJson(
    {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ ...manifest, platform: { architecture: ARCHITECTURE, os: "linux" } }],
    },
    indexType,
  );
  const colon = image.name.lastIndexOf(":");
  const tags = join(tree, "repositories", image.name.slice(0, colon), "tags");
  mkdirSync(tags, { recursive: true });
  writeFileSync(join(tags, image.name.slice(colon + 1)), `${index.digest}\n`);
  const total = layers.reduce((sum, layer) => sum + layer.size, 0);
  process.stderr.write(`       ${(total / 1e6).toFixed(0).padStart(4)} MB  ${image.name}\n`);
}
if (existsSync(join(tree, "blobs")))
  writeFileSync(
    join(tree, "images.json"),
    `${JSON.stringify(
      images.map((image) => image.name),
      null,
      2,
    )}\n`,
  );
