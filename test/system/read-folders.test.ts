/** Folders beside service files on a real disk: what is read, and what is told instead. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFolders } from "../../src/system/read-folders.ts";

const root = mkdtempSync(join(tmpdir(), "folders-"));
afterAll(() => rmSync(root, { recursive: true }));

const wanted = (name: string, folder: string) => name.endsWith(folder.endsWith(".d") ? ".conf" : ".container");

test("files and drop-ins with their text, the rest with a reason; no link is followed", () => {
  const text = "\ufeff[Container]\r\nImage=ä\n\n";
  mkdirSync(join(root, "web/a.container.d"), { recursive: true });
  mkdirSync(join(root, "outside.d"));
  const put = (name: string, content: string | Buffer) => writeFileSync(join(root, name), content);
  put("web.yaml", "");
  put("web/a.container", text);
  put("web/a.container.d/10.conf", "");
  put("web/README", "nobody's business");
  put("web/big.container", Buffer.alloc(1024 * 1024 + 1, 65));
  put("web/bytes.container", Buffer.from([0xff, 0xfe]));
  put("web/nul.container", "a\0b");
  put("secret.container", "a secret");
  symlinkSync(join(root, "secret.container"), join(root, "web/link.container"));
  symlinkSync(join(root, "outside.d"), join(root, "web/link.d"));
  symlinkSync("/", join(root, "linked"));
  symlinkSync("/dev/zero", join(root, "web/zero.container"));
  execFileSync("mkfifo", [join(root, "web/pipe.container")]);
  const found = readFolders(root, wanted).map(({ file, ...rest }) => [file.slice(root.length + 1), rest]);
  expect(Object.fromEntries(found)).toEqual({
    "web/a.container": { text },
    "web/a.container.d/10.conf": { text: "" },
    "web/big.container": { problem: "has 1048577 bytes; more than 1048576 is no unit file" },
    "web/bytes.container": { problem: "is not text in UTF-8" },
    "web/nul.container": { problem: "is not text in UTF-8" },
    "web/link.container": { problem: "is a link: put the file itself there" },
    "web/zero.container": { problem: "is a link: put the file itself there" },
    "web/pipe.container": { problem: "is a pipe, and no file" },
  });
  expect(readFolders(join(root, "nowhere"), wanted)).toEqual([]);
});
