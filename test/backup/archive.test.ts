/** The file of a backup: whatever is cut off, changed, foreign or newer is refused, with the reason. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readArchive, verifyArchive, writeArchive } from "../../src/backup/archive.ts";
import { ABOUT, type BackedPart, FORMAT, MANIFEST, type Manifest } from "../../src/backup/manifest.ts";
import { BLOCK, header, parseHeader } from "../../src/backup/tar.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { realBulk } from "../../src/system/bulk.ts";
import type { BulkFile } from "../../src/system/interfaces.ts";

const folder = mkdtempSync(join(tmpdir(), "archive-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TIME = new Date("2026-11-27T12:00:00Z");
const ABOUT_STORE = { format: FORMAT, version: 1, tool: "0.1.0", service: "store", taken: TIME.toISOString() } as const;

/** Parts of odd sizes, the last of them empty. */
async function written(
  about: object = ABOUT_STORE,
  change: (manifest: Manifest) => object = (manifest) => manifest,
): Promise<Buffer> {
  const file = realBulk.create(folder);
  const archive = writeArchive(file, TIME);
  await archive.addText(ABOUT, JSON.stringify(about));
  const parts: BackedPart[] = [];
  for (const [name, text] of [
    ["a", "x".repeat(511)],
    ["b", "y".repeat(512)],
    ["c", "z".repeat(1300)],
  ] as const) {
    parts.push({ name, kind: "directory", directory: name, ...(await archive.addText(`parts/${name}.tar`, text)) });
  }
  const rest = { from: "store", host: "gpu", podman: "5.4.2", images: [], encryptedTo: [], counts: [] };
  await archive.addText(MANIFEST, JSON.stringify(change({ ...ABOUT_STORE, ...rest, parts })));
  archive.end();
  const bytes = Buffer.from(file.read(0, file.size));
  file.discard();
  return bytes;
}

function inMemory(bytes: Uint8Array): BulkFile {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length), close: () => undefined };
}

const read = (bytes: Uint8Array) => readArchive(inMemory(bytes), "/b.tar");
const verify = async (bytes: Uint8Array) => verifyArchive(read(bytes), () => undefined);

async function faultOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "none";
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

describe("a header", () => {
  test.each([0, 1, 511, 512, 8 ** 11 - 1, 8 ** 11, 10 ** 15])("of %d bytes is read as it was written", (size) => {
    const block = header({ name: "parts/mysql.tar", size }, TIME);
    expect(block).toHaveLength(BLOCK);
    expect(parseHeader(block)).toEqual({ name: "parts/mysql.tar", size });
    // At an odd place of a larger buffer, too.
    const larger = new Uint8Array(BLOCK + 7);
    larger.set(block, 7);
    expect(parseHeader(larger.subarray(7))).toEqual({ name: "parts/mysql.tar", size });
  });

  test("is what tar makes of it, beyond eight gigabytes, too", () => {
    const path = join(folder, "large.tar");
    writeFileSync(path, header({ name: "huge", size: 9_000_000_000 }, TIME));
    const { stdout } = spawnSync("tar", ["--list", "--verbose", "--file", path], { encoding: "utf8" });
    expect(stdout).toMatch(/^-rw------- 0\/0\s+9000000000 2026-11-27 .*huge/);
  });

  test("with any other byte is none", () => {
    const block = header({ name: "x", size: 5 }, TIME);
    for (let at = 0; at < BLOCK; at++) {
      const changed = Uint8Array.from(block, (byte, place) => (place === at ? byte ^ 0x11 : byte));
      if (at >= 148 && at < 156) continue;
      expect([at, parseHeader(changed)]).toEqual([at, undefined]);
    }
    expect(parseHeader(new Uint8Array(BLOCK))).toBe("end");
    expect(parseHeader(block.subarray(1))).toBeUndefined();
  });
});

describe("a file", () => {
  test("that is whole", async () => {
    const bytes = await written();
    expect(read(bytes).manifest.parts.map(({ name, size }) => [name, size])).toEqual([
      ["a", 511],
      ["b", 512],
      ["c", 1300],
    ]);
    await verify(bytes);
  });

  test("that is cut off anywhere is refused", async () => {
    const bytes = await written();
    for (let length = 0; length < bytes.length; length += 512) {
      const fault = await faultOf(() => read(bytes.subarray(0, length)));
      expect([length, fault]).toEqual([length, expect.stringMatching(/is cut off|is empty/)]);
    }
    for (const length of [1, 513, bytes.length - 1]) {
      expect(await faultOf(() => read(bytes.subarray(0, length)))).not.toBe("none");
    }
  });

  test("of which any byte of a part is another one is refused", async () => {
    const bytes = await written();
    const { spans } = read(bytes);
    for (const [name, { position, size }] of spans) {
      if (!name.startsWith("parts/")) continue;
      for (const at of [0, Math.floor(size / 2), size - 1]) {
        const changed = Buffer.from(bytes);
        changed[position + at] = (changed[position + at] ?? 0) ^ 1;
        const part = name.slice("parts/".length, -".tar".length);
        expect(await faultOf(() => verify(changed))).toBe(`/b.tar: is damaged: ${part} is not what was written`);
      }
    }
  });

  test("with something behind its end is refused", async () => {
    expect(await faultOf(async () => read(Buffer.concat([await written(), Buffer.alloc(512)])))).toContain(
      "is damaged",
    );
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ["nothing", () => new Uint8Array(0), "/b.tar: is empty"],
    ["text", () => Buffer.from("# not a backup\n".repeat(100)), "/b.tar: is no backup of install-quadlets"],
    ["zeros", () => new Uint8Array(10240), "/b.tar: is no backup of install-quadlets"],
    [
      "a tar of somebody's",
      () => {
        spawnSync("tar", ["--create", "--file", join(folder, "own.tar"), "--directory", "/etc", "hostname", "passwd"]);
        return readFileSync(join(folder, "own.tar"));
      },
      "/b.tar: is no backup of install-quadlets",
    ],
    [
      "one of another program",
      () => written({ ...ABOUT_STORE, format: "other" }),
      "/b.tar: is no backup of install-quadlets",
    ],
    [
      "a newer one",
      () => written({ ...ABOUT_STORE, version: 2, tool: "9.0.0" }),
      "/b.tar: was written by a newer program (version 2 of its form, this one knows 1)",
    ],
    ["no list", () => written(ABOUT_STORE, () => []), "/b.tar: is damaged: its list of contents cannot be read"],
    [
      "a list of something else",
      () => written(ABOUT_STORE, (manifest) => ({ ...manifest, parts: [{ name: 1 }] })),
      "/b.tar: is damaged: its list of contents cannot be read",
    ],
    [
      "a part that is not there",
      () =>
        written(ABOUT_STORE, (manifest) => ({
          ...manifest,
          parts: manifest.parts.map((part) => ({ ...part, file: part.file.replace("b.tar", "B.tar") })),
        })),
      "/b.tar: is damaged: b is not whole",
    ],
  ])("%s", async (_, make, message) => {
    const bytes = await make();
    expect(await faultOf(() => read(bytes))).toBe(message);
  });
});
