/** Members of a group look without root, and do nothing else; sudo itself stands behind that. */
import { beforeAll, expect, test } from "vitest";
import { smallStack, startFrom } from "./start.ts";
import { type Answer, host, hostScript, putFile, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const READER = "/usr/local/lib/install-quadlets/reader";
const RULE = "/etc/sudoers.d/install-quadlets";

startFrom("small");

/** A session of theirs: the groups that they have now. */
function as(user: string, ...argv: readonly string[]): Promise<Answer> {
  return tryHost("runuser", "-u", user, "--", ...argv);
}

async function run(stack: string): Promise<void> {
  await putFile(STACK, stack);
  const { code, out, err } = await tryHost("install-quadlets", "--yes");
  expect(code, out + err).toBe(0);
}

beforeAll(async () => {
  await hostScript(`
    groupadd lookers
    useradd --create-home ada && usermod -aG lookers ada
    useradd --create-home bob`);
  await run(`readers: lookers\n${smallStack()}`);
});

test("the rule is what sudo reads, and the rest of sudo is whole", async () => {
  expect(await host("stat", "-c", "%a %U %G", RULE)).toBe("440 root root");
  expect(await host("stat", "-c", "%a %U %G", READER)).toBe("755 root lookers");
  await host("visudo", "-c");
  expect(await host("sudo", "-l", "-U", "ada")).toMatch(/^ *\(root\) NOSETENV: NOPASSWD: \S+reader$/m);
  expect(await hostScript("ls /run/install-quadlets-sudoers 2>/dev/null || true")).toBe("");
});

test.each([
  [["svc", "list"], "nginx-proxy"],
  [["svc", "status", "vllm-qwen"], "healthy"],
  [["svc", "--no-color", "status", "--json", "vllm-qwen"], '"healthy"'],
  [["svc", "logs", "-n", "3", "vllm-qwen"], "vllm-qwen"],
  [["svc", "top", "--once"], "vllm-qwen"],
  [["svc", "where", "vllm-qwen"], "/var/lib/vllm"],
  [["svc", "versions", "vllm-qwen"], "vllm"],
  [["vllm-manage", "status"], "healthy"],
  [["vllm-manage", "logs", "vllm-qwen", "3"], "vllm-qwen"],
  [["install-quadlets", "verify"], "as it was applied"],
  [["install-quadlets", "history"], "install"],
  [["install-quadlets", "ports"], "8000"],
] as const)("a member looks: %j", async (words, says) => {
  const { code, out, err } = await as("ada", ...words);
  expect(code, out + err).toBe(0);
  expect(out).toContain(says);
});

test("the exit code is that of the command", async () => {
  const { code, out, err } = await as("ada", "svc", "status", "vlm-qwen");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("vllm-qwen");
});

test("and as in a terminal, where one is", async () => {
  const typed = "svc status vllm-qwen; echo ends with $?";
  const { out } = await as("ada", "script", "-qec", typed, "/dev/null");
  expect(out).toMatch(/healthy[\s\S]*ends with 0/);
});

test.each([
  [["svc", "restart", "vllm-qwen"], "sudo svc restart vllm-qwen"],
  [["svc", "exec", "vllm-qwen", "--", "id"], "sudo svc exec vllm-qwen -- id"],
  [["svc", "status", "--ask"], "sudo svc status --ask"],
  [["vllm-manage", "key", "show"], "sudo vllm-manage key show"],
] as const)("a member is told what to type: %j", async (words, typed) => {
  const { code, out, err } = await as("ada", ...words);
  expect([code, out]).toEqual([77, ""]);
  expect(err).toContain(`hint: ${typed}`);
  expect(err).not.toContain("member");
});

test("somebody else is told of the group, and asks sudo nothing", async () => {
  const { code, out, err } = await as("bob", "svc", "status");
  expect([code, out]).toEqual([77, ""]);
  expect(err).toContain("hint: sudo svc status, or become a member of lookers");
  expect((await as("bob", "svc", "restart", "vllm-qwen")).err).not.toContain("lookers");
  expect((await as("bob", "sudo", "-n", READER, "svc", "list")).code).toBe(1);
});

test.each([
  [["svc", "restart", "vllm-qwen"]],
  [["/usr/local/bin/svc", "list"]],
  [["sh", "-c", "id"]],
  [[`${READER}/../../../bin/svc`, "list"]],
  [["PATH=/tmp", READER, "svc", "list"]],
  [["NODE_OPTIONS=--require=/tmp/evil.js", READER, "svc", "list"]],
  [["-E", READER, "svc", "list"]],
  [["-u", "vllm-user", READER, "svc", "list"]],
  [["--chdir=/tmp", READER, "svc", "list"]],
] as const)("sudo itself refuses a member %j", async (words) => {
  const { code, out } = await as("ada", "sudo", "-n", ...words);
  expect([code, out]).toEqual([1, ""]);
});

test.each([
  [["svc", "restart", "vllm-qwen"]],
  [["svc", "exec", "vllm-qwen", "--", "id"]],
  [["svc", "shell", "vllm-qwen"]],
  [["svc", "__complete", ""]],
  [["svc", "status", "--ask"]],
  [["svc", "dash"]],
  [["vllm-manage", "key", "show"]],
  [["vllm-manage", "bench"]],
  [["gateway-manage", "credentials"]],
  [["install-quadlets"]],
  [["install-quadlets", "--yes"]],
  [["install-quadlets", "--config", "/home/ada/stack.yaml", "verify"]],
  [["install-quadlets", "verify", "--config", "/home/ada/stack.yaml"]],
  [["install-quadlets", "doctor", "--bundle", "/etc/cron.d/evil"]],
  [["install-quadlets", "plan", "--out", "/etc/cron.d/evil"]],
  [["install-quadlets", "secrets", "show", "vllm-qwen/api-key"]],
  [["install-quadlets", "uninstall", "--yes"]],
  [["/home/ada/evil.cjs"]],
  [["__proto__"]],
  [["../../../../tmp/evil"]],
  [["--eval", "process.exit(0)"]],
] as const)("the program that sudo lets a member run refuses %j", async (words) => {
  const { code, out } = await as("ada", "sudo", "-n", READER, ...words);
  expect([64, 77, 1]).toContain(code);
  expect(out).toBe("");
  expect(await hostScript("ls /etc/cron.d/evil 2>/dev/null || true")).toBe("");
});

test("nothing of the caller's environment or directory reaches what root runs", async () => {
  await hostScript(`
    printf 'require("node:fs").writeFileSync("/run/evil", "")' >/tmp/evil.js
    printf 'Defaults env_keep += "NODE_OPTIONS LD_PRELOAD"\n' >/etc/sudoers.d/zz-kept`);
  const { code, err } = await as(
    "ada",
    "sh",
    "-c",
    "cd /home/ada && NODE_OPTIONS=--require=/tmp/evil.js sudo -n /usr/local/lib/install-quadlets/reader svc list",
  );
  await host("rm", "/etc/sudoers.d/zz-kept");
  expect(code, err).toBe(0);
  expect(await hostScript("ls /run/evil 2>/dev/null || true")).toBe("");
});

test("who may do everything with sudo still may", async () => {
  await hostScript(`printf 'ada ALL=(ALL:ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/ada && chmod 440 /etc/sudoers.d/ada`);
  const { code, out, err } = await as("ada", "sudo", "-n", "svc", "exec", "vllm-qwen", "--", "id", "-u");
  await host("rm", "/etc/sudoers.d/ada");
  expect(code, err).toBe(0);
  expect(out).toMatch(/^\d+$/);
});

test("a group that is not there is named before anything is done", async () => {
  await putFile(STACK, `readers: nobody-here\n${smallStack()}`);
  const { code, err } = await tryHost("install-quadlets", "--yes");
  expect(code).toBe(1);
  expect(err).toContain("readers: this host has no group named nobody-here");
  expect(err).toContain("sudo groupadd nobody-here");
});

test("what somebody changed there is found, and put right", async () => {
  await run(`readers: lookers\n${smallStack()}`);
  await hostScript(`printf 'ada ALL=(root) NOPASSWD: ALL\n' >>${RULE}`);
  const { code, out } = await tryHost("install-quadlets", "verify");
  expect(code).toBe(2);
  expect(out).toContain(RULE);
  await run(`readers: lookers\n${smallStack()}`);
  expect(await host("cat", RULE)).not.toContain("ada");
});

test("without the setting nothing of it is left, and nobody looks", async () => {
  await run(smallStack());
  expect(await hostScript(`ls -d ${RULE} ${READER} 2>/dev/null || true`)).toBe("");
  const { code, err } = await as("ada", "svc", "status");
  expect(code).toBe(77);
  expect(err).toMatch(/hint: sudo svc status$/);
  expect(err).not.toContain("lookers");
  expect((await as("ada", "sudo", "-n", READER, "svc", "list")).code).toBe(1);
});

test("an uninstall takes both with it", async () => {
  await run(`readers: lookers\n${smallStack()}`);
  expect((await as("ada", "svc", "list")).code).toBe(0);
  const { code, out, err } = await tryHost("install-quadlets", "uninstall", "--yes");
  expect(code, out + err).toBe(0);
  expect(await hostScript(`ls -d ${RULE} ${READER} 2>/dev/null || true`)).toBe("");
  expect(await host("getent", "group", "lookers")).toContain("ada");
  await host("visudo", "-c");
});
