/** What every implementation of Files promises; run against the real disk and the memory one. */
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import type { Files } from "../../src/system/interfaces.ts";

export interface Bench {
  readonly files: Files;
  /** An empty directory of root's, mode 0700. */
  readonly root: string;
  readonly symlink: (path: string, target: string) => void;
}

const ROOT = { uid: 0, gid: 0, mode: 0o644 };
const SERVICE = { uid: 4901, gid: 4902, mode: 0o750 };

export function describeFiles(name: string, makeBench: () => Bench): void {
  describe(name, () => {
    test("nothing there: undefined, an empty list, and no error on removal", async () => {
      const { files, root } = makeBench();
      for (const path of [`${root}/a`, `${root}/a/b/c`]) {
        expect(await files.stat(path)).toBeUndefined();
        expect(await files.read(path)).toBeUndefined();
        expect(await files.list(path)).toEqual([]);
        await files.remove(path);
      }
    });

    test("a written file has exactly the content, owner and mode", async () => {
      const { files, root } = makeBench();
      await files.write(`${root}/a`, "grüße\n", { uid: 4901, gid: 4902, mode: 0o640 });
      expect(await files.read(`${root}/a`)).toBe("grüße\n");
      expect(await files.stat(`${root}/a`)).toMatchObject({ kind: "file", uid: 4901, gid: 4902, mode: 0o640, size: 8 });
    });

    test("writing again replaces content, owner and mode, and leaves nothing else behind", async () => {
      const { files, root } = makeBench();
      await files.write(`${root}/a`, "one", { uid: 4901, gid: 4902, mode: 0o777 });
      await files.write(`${root}/a`, "two", ROOT);
      expect(await files.read(`${root}/a`)).toBe("two");
      expect(await files.stat(`${root}/a`)).toMatchObject({ uid: 0, gid: 0, mode: 0o644 });
      expect(await files.list(root)).toEqual(["a"]);
    });

    test("directories: created, corrected, listed in order, removed when empty", async () => {
      const { files, root } = makeBench();
      await files.makeDirectory(`${root}/d`, SERVICE);
      expect(await files.stat(`${root}/d`)).toMatchObject({ kind: "directory", uid: 4901, gid: 4902, mode: 0o750 });
      await files.makeDirectory(`${root}/d`, { uid: 0, gid: 4902, mode: 0o2770 });
      expect(await files.stat(`${root}/d`)).toMatchObject({ uid: 0, gid: 4902, mode: 0o2770 });
      await files.write(`${root}/d/b`, "", ROOT);
      await files.write(`${root}/d/a`, "", ROOT);
      expect(await files.list(`${root}/d`)).toEqual(["a", "b"]);
      await expect(files.remove(`${root}/d`)).rejects.toThrow(/not empty/i);
      await files.remove(`${root}/d/a`);
      await files.remove(`${root}/d/b`);
      await files.remove(`${root}/d`);
      expect(await files.stat(`${root}/d`)).toBeUndefined();
    });

    test("owner and mode of what is there can be changed", async () => {
      const { files, root } = makeBench();
      await files.write(`${root}/a`, "x", ROOT);
      await files.setOwnerAndMode(`${root}/a`, { uid: 4901, gid: 4902, mode: 0o400 });
      expect(await files.stat(`${root}/a`)).toMatchObject({ uid: 4901, gid: 4902, mode: 0o400 });
      expect(await files.read(`${root}/a`)).toBe("x");
      await expect(files.setOwnerAndMode(`${root}/none`, ROOT)).rejects.toThrow(UserError);
    });

    test("a symlink at the end is seen, refused, and removed as itself", async () => {
      const { files, root, symlink } = makeBench();
      await files.makeDirectory(`${root}/target`, { ...ROOT, mode: 0o755 });
      await files.write(`${root}/file`, "precious", ROOT);
      symlink(`${root}/to-file`, `${root}/file`);
      symlink(`${root}/to-directory`, `${root}/target`);
      expect((await files.stat(`${root}/to-file`))?.kind).toBe("symlink");
      await expect(files.read(`${root}/to-file`)).rejects.toThrow(/symlink/);
      await expect(files.write(`${root}/to-file`, "x", ROOT)).rejects.toThrow(/symlink/);
      await expect(files.setOwnerAndMode(`${root}/to-file`, SERVICE)).rejects.toThrow(/symlink/);
      await expect(files.list(`${root}/to-directory`)).rejects.toThrow(/symlink/);
      await expect(files.makeDirectory(`${root}/to-directory`, SERVICE)).rejects.toThrow(/symlink/);
      await files.remove(`${root}/to-file`);
      expect(await files.read(`${root}/file`)).toBe("precious");
      expect(await files.stat(`${root}/target`)).toMatchObject({ uid: 0, mode: 0o755 });
    });

    test("a symlink on the way is refused by every method", async () => {
      const { files, root, symlink } = makeBench();
      await files.makeDirectory(`${root}/etc`, { ...ROOT, mode: 0o755 });
      await files.write(`${root}/etc/shadow`, "precious", ROOT);
      await files.makeDirectory(`${root}/home`, SERVICE);
      symlink(`${root}/home/data`, `${root}/etc`);
      const path = `${root}/home/data/shadow`;
      const attempts = [
        () => files.stat(path),
        () => files.read(path),
        () => files.list(path),
        () => files.write(path, "x", ROOT),
        () => files.makeDirectory(`${root}/home/data/new`, SERVICE),
        () => files.setOwnerAndMode(path, SERVICE),
        () => files.remove(path),
      ];
      for (const attempt of attempts) await expect(attempt()).rejects.toThrow(`${root}/home/data: is a symlink`);
      expect(await files.read(`${root}/etc/shadow`)).toBe("precious");
      expect(await files.list(`${root}/etc`)).toEqual(["shadow"]);
    });

    test("wrong kinds and missing parents are errors that name the path", async () => {
      const { files, root } = makeBench();
      await files.write(`${root}/file`, "x", ROOT);
      await files.makeDirectory(`${root}/directory`, SERVICE);
      await expect(files.read(`${root}/directory`)).rejects.toThrow(`${root}/directory: is not a regular file`);
      await expect(files.list(`${root}/file`)).rejects.toThrow(`${root}/file: is not a directory`);
      await expect(files.write(`${root}/directory`, "x", ROOT)).rejects.toThrow(`${root}/directory: is a directory`);
      await expect(files.makeDirectory(`${root}/file`, SERVICE)).rejects.toThrow(`${root}/file: is not a directory`);
      await expect(files.write(`${root}/none/a`, "x", ROOT)).rejects.toThrow(/directory above/);
      await expect(files.makeDirectory(`${root}/none/a`, SERVICE)).rejects.toThrow(/directory above/);
      expect(await files.stat(`${root}/file/inside`)).toBeUndefined();
    });

    test("a file larger than the limit is not read", async () => {
      const { files, root } = makeBench();
      await files.write(`${root}/big`, "x".repeat(100_000), ROOT);
      await expect(files.read(`${root}/big`, 99_999)).rejects.toThrow(/larger than 99999 bytes/);
      expect((await files.read(`${root}/big`, 100_000))?.length).toBe(100_000);
    });
  });
}
