/** A rule of sudo is read by sudo before it is put in place. */
import { expect, test } from "vitest";
import { PATHS } from "../../src/apply/handle-paths.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import type { DesiredFile } from "../../src/model/resource.ts";
import { memorySystem } from "../support/memory-system.ts";

const PATH = "/etc/sudoers.d/install-quadlets" as AbsolutePath;
const STAGED = "/run/install-quadlets-sudoers";
const RULE = "%adm ALL=(root) NOPASSWD: /x\n";

async function write(exitCode: number, kind: "sudoers" | "plain" = "sudoers") {
  const memory = memorySystem({ files: { [PATH]: "old\n", "/run/keep": "" } });
  memory.runner.on("visudo", { exitCode, stderr: `${STAGED}:1:9: syntax error\n` });
  const owner = { uid: 0, gid: 0 };
  const file: DesiredFile = { service: undefined, path: PATH, content: RULE, owner, mode: 0o440, role: { kind } };
  const context = { system: memory, trust: {} } as unknown as Parameters<typeof PATHS.file>[0];
  const failed = await PATHS.file(context, { kind: "file", file, before: "old\n" }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return {
    failed,
    asked: memory.runner.commands.map(({ argv }) => argv.join(" ")),
    content: await memory.files.read(PATH),
    staged: await memory.files.stat(STAGED),
  };
}

test("it is read where sudo does not look, then put in place", async () => {
  const asked = [`visudo -c -f ${STAGED}`];
  expect(await write(0)).toEqual({ failed: undefined, asked, content: RULE, staged: undefined });
});

test("one that sudo does not take never gets there", async () => {
  const { failed, content, staged } = await write(1);
  expect(failed).toBe(`sudo does not take the rule for readers:\n${STAGED}:1:9: syntax error`);
  expect([content, staged]).toEqual(["old\n", undefined]);
});

test("other files are no business of sudo's", async () => {
  expect((await write(1, "plain")).asked).toEqual([]);
});
