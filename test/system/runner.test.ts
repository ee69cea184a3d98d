/** The real runner against real processes. */
import { expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { CommandFailed } from "../../src/system/command-failed.ts";
import { killAllGroups } from "../../src/system/process-groups.ts";
import { RealRunner } from "../../src/system/runner.ts";
import { cpuTime } from "../support/cpu-time.ts";

const runner = new RealRunner();

test("gives output and exit code, with both streams apart", async () => {
  expect(await runner.run({ argv: ["sh", "-c", "echo out; echo err >&2"] })).toEqual({
    exitCode: 0,
    stdout: "out\n",
    stderr: "err\n",
  });
  expect((await runner.probe({ argv: ["sh", "-c", "exit 3"] })).exitCode).toBe(3);
});

test("no shell reads the arguments", async () => {
  const hostile = "$(touch /tmp/x); `id` > y * 'q' \"d\" \\ $HOME";
  expect((await runner.run({ argv: ["printf", "%s", hostile] })).stdout).toBe(hostile);
});

test("the environment is a minimal one", async () => {
  process.env["LEAK"] = "1";
  const { stdout } = await runner.run({ argv: ["env"], env: { A: "b" } });
  delete process.env["LEAK"];
  expect(stdout.split("\n").sort()).toEqual([
    "",
    "A=b",
    "LANG=C.UTF-8",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  ]);
});

test("standard input is what was given, or empty", async () => {
  expect((await runner.run({ argv: ["cat"], stdin: "grüße\n" })).stdout).toBe("grüße\n");
  expect((await runner.run({ argv: ["cat"] })).stdout).toBe("");
  // A program that does not read its input is no error.
  expect((await runner.run({ argv: ["true"], stdin: "x".repeat(1_000_000) })).exitCode).toBe(0);
});

test("a failure shows the command, the exit code and the last 20 lines, but no input", async () => {
  const script = "for i in $(seq 30); do echo line $i >&2; done; exit 4";
  const failure = await failureOf({ argv: ["sh", "-c", script], stdin: "topsecret" });
  expect(failure).toBeInstanceOf(UserError);
  const shown = failure.message.split("\n");
  expect(shown[0]).toBe(`exit code 4: sh -c '${script}'`);
  expect(shown).toHaveLength(21);
  expect(shown[1]?.trim()).toBe("line 11");
  expect(shown[20]?.trim()).toBe("line 30");
  expect(failure.message).not.toContain("topsecret");
  expect((await failureOf({ argv: ["sh", "-c", "echo why; exit 1"] })).message).toContain("why");
});

test("a signal is a failure, for probe as well", async () => {
  await expect(runner.probe({ argv: ["sh", "-c", "kill -9 $$"] })).rejects.toThrow("killed by SIGKILL: sh -c");
});

test("a deadline ends the whole process group, also what ignores SIGTERM", async () => {
  const script = "echo $$; (trap '' TERM; sleep 60) & (sleep 61; echo never) & wait";
  const begin = Date.now();
  const failure = await failureOf({ argv: ["sh", "-c", script], timeoutMs: 300 });
  expect(Date.now() - begin).toBeLessThan(30_000);
  expect(failure.message).toMatch(/^no end after 0\.3 s, killed: sh/);
  const group = failure.result.stdout.trim();
  expect(group).toMatch(/^\d+$/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await livingMembers(group)).toEqual([]);
  await expect(runner.probe({ argv: ["sleep", "60"], timeoutMs: 50 })).rejects.toThrow("no end after 0.05 s");
});

test("what is printed as a secret is in no error", async () => {
  const secret = { argv: ["sh", "-c", "echo s3cret; [ $# = 0 ] || sleep 5; exit 3"] as const, secretOutput: true };
  const failed = await failureOf(secret);
  expect(failed.message).toMatch(/^exit code 3: /);
  const late = await failureOf({ ...secret, argv: [...secret.argv, "sh", "late"], timeoutMs: 300 });
  expect(late.message).toMatch(/^no end after/);
  for (const { message, stack, result } of [failed, late]) {
    // The command itself is not the secret: it holds the word once.
    expect(`${message}${stack}`.replaceAll("echo s3cret", "")).not.toContain("s3cret");
    expect(result.stdout).toBe("");
  }
});

test("a program that leaves a child with its output open does not hold us up", async () => {
  const begin = Date.now();
  const { stdout } = await runner.run({ argv: ["sh", "-c", "echo done; sleep 20 &"] });
  expect(stdout).toBe("done\n");
  expect(Date.now() - begin).toBeLessThan(15_000);
});

test("lines come as they are printed, also those ended by a carriage return", async () => {
  const seen: string[] = [];
  const script = "printf 'Copying 1%%\\rCopying 2%%\\r\\n' >&2; echo; printf 'no end'";
  await runner.run({ argv: ["sh", "-c", script] }, (line) => seen.push(line));
  expect(seen.sort()).toEqual(["Copying 1%", "Copying 2%", "no end"]);
});

test("a program or directory that is not there is said so", async () => {
  await expect(runner.probe({ argv: ["no-such-program"] })).rejects.toThrow("no-such-program: not found");
  await expect(runner.run({ argv: ["true"], cwd: "/no/such" })).rejects.toThrow("cannot run in /no/such");
});

test("large output arrives whole", async () => {
  const { stdout } = await runner.run({ argv: ["seq", "300000"] });
  expect(stdout.endsWith("\n300000\n")).toBe(true);
  expect(stdout.length).toBe(1_988_895);
});

test("a line without an end is cut in the error, soon", async () => {
  const seconds = await cpuTime(async () => {
    const { message } = await failureOf({ argv: ["sh", "-c", "head -c 20000000 /dev/zero; exit 3"] });
    expect(message.length).toBeLessThan(20_000);
  });
  expect(seconds).toBeLessThan(3);
});

test("who ends now leaves nothing behind, not even what hears no TERM", async () => {
  const group = await new Promise<string>((resolve) => {
    const script = "trap '' TERM; echo $$; while :; do sleep 0.05; done";
    void runner.run({ argv: ["sh", "-c", script] }, resolve).catch(() => undefined);
  });
  expect(await livingMembers(group)).not.toEqual([]);
  killAllGroups();
  await expect.poll(() => livingMembers(group)).toEqual([]);
});

/** Without zombies: whoever inherits orphans here may not reap them at once. */
async function livingMembers(group: string): Promise<readonly string[]> {
  const { stdout } = await runner.run({ argv: ["ps", "-eo", "pgid=,stat=,args="] });
  const members = stdout.split("\n").filter((line) => line.trim().startsWith(`${group} `));
  return members.filter((line) => !/^\s*\d+ Z/.test(line));
}

async function failureOf(command: Parameters<RealRunner["run"]>[0]): Promise<CommandFailed> {
  const error: unknown = await runner.run(command).catch((reason: unknown) => reason);
  if (!(error instanceof CommandFailed)) throw new Error(`no CommandFailed: ${String(error)}`);
  return error;
}
