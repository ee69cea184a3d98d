// Packs a directory as one OCI layer: tar, zstd, both digests, written as a blob of the tree. Used by build.sh and assemble.mjs.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

// Build leftovers and what a container never reads. The package database would be the largest part of most layers.
const EXCLUDED = [
  "dev/*",
  "proc/*",
  "sys/*",
  "run/*",
  "tmp/*",
  "etc/resolv.conf",
  "etc/hostname",
  "usr/sbin/policy-rc.d",
  "etc/apt/apt.conf.d/98host",
  "var/lib/apt/lists/*",
  "var/cache/*",
  "var/log/*",
  "var/lib/dpkg/*",
  "var/lib/systemd",
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/share/info",
  "usr/share/lintian",
  "usr/share/bash-completion",
  "usr/share/zoneinfo/right",
  "usr/lib/systemd",
  "etc/systemd",
];

/** A file that overlayfs marked as deleted (character device 0:0) becomes an OCI whiteout. */
function convertWhiteouts(dir) {
  const found = spawnSync("find", [dir, "-type", "c", "-print0"], { encoding: "utf8" })
    .stdout.split("\0")
    .filter(Boolean);
  for (const path of found) {
    if (path.startsWith(join(dir, "dev/"))) continue;
    spawnSync("rm", ["-f", path]);
    if (!/\/(lists|cache|dpkg|tmp)\//.test(path)) writeFileSync(join(dirname(path), `.wh.${basename(path)}`), "");
  }
}

/** Packs `dir` into `tree`/blobs and returns the descriptor of the layer with its uncompressed digest. */
export async function packLayer(dir, tree, { name = basename(dir), exclude = EXCLUDED } = {}) {
  convertWhiteouts(dir);
  const blobs = join(tree, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const temporary = join(blobs, `.${name}-${process.pid}`);
  const exclusions = exclude.map((pattern) => `--exclude=./${pattern}`);
  const tar = spawn(
    "tar",
    ["-C", dir, "--sort=name", "--numeric-owner", "--mtime=@0", "--anchored", ...exclusions, "-cf", "-", "."],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const zstd = spawn("zstd", ["-q", "-3", "-c"], { stdio: ["pipe", "pipe", "inherit"] });
  const plain = createHash("sha256");
  const packed = createHash("sha256");
  let size = 0;
  tar.stdout.on("data", (chunk) => plain.update(chunk));
  zstd.stdout.on("data", (chunk) => {
    packed.update(chunk);
    size += chunk.length;
  });
  const finished = new Promise((resolve, reject) =>
    tar.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`tar failed: ${code}`)))),
  );
  await Promise.all([pipeline(tar.stdout, zstd.stdin), pipeline(zstd.stdout, createWriteStream(temporary)), finished]);
  const digest = `sha256:${packed.digest("hex")}`;
  renameSync(temporary, join(blobs, digest.slice(7)));
  return {
    mediaType: "application/vnd.oci.image.layer.v1.tar+zstd",
    digest,
    size,
    diffId: `sha256:${plain.digest("hex")}`,
  };
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith("/layer.mjs")) {
  const [, , dir, tree, result] = process.argv;
  writeFileSync(result, JSON.stringify(await packLayer(dir, tree)));
}
