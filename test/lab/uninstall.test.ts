/** The three depths of uninstall: at the end it is as it was before the first installation. */
import { beforeAll, describe, expect, test } from "vitest";
import { lostData, plantData } from "./services.ts";
import { SMALL, startFrom } from "./start.ts";
import { fingerprintOfHost, host, hostScript, lab, putFile, tryHost } from "./support.ts";

const LABEL = "uninstall";
/** Opik, a pod with nine images, leaves and comes back in prune.test.ts. */
const USERS = ["nginx-user", "dnsmasq-user", "vllm-user", "webui-user"];
const AUTHORITY = "/var/lib/install-quadlets/ca/ca.crt";

/** useradd's own backups, and what the test itself puts into /root. */
const NOT_OURS = / \/etc\/(passwd|group|shadow|gshadow|subuid|subgid)- ?$| \/root\//;

/** What is running and in /run is left out of it: that is asked for below. */
async function listing(): Promise<readonly string[]> {
  const lines = (await fingerprintOfHost()).split("\n");
  return lines.slice(0, lines.indexOf("/run:")).filter((line) => !NOT_OURS.test(line));
}

/** Unpacked in /root, as npx has it: not the copy below /usr/local, which goes. */
const UNPACKED = "/root/unpacked/package/dist/bin/install-quadlets.cjs";

/** In a shell, which says with 137 that it was killed. */
const product = (fault: string, ...words: string[]) =>
  tryHost(
    "sh",
    "-c",
    'INSTALL_QUADLETS_FAULT=$1; export INSTALL_QUADLETS_FAULT; shift; node "$@"; exit',
    "sh",
    fault,
    UNPACKED,
    ...words,
  );

/** The same on a terminal where somebody answers once they are asked: what they type, as a shell's printf has it. */
const typed = (answer: string, ...words: string[]) =>
  tryHost(
    "bash",
    "-c",
    `rm -f /run/typed; timeout 600 script --flush --quiet --return --command '
      node ${UNPACKED} ${words.join(" ")}' /run/typed \
      < <(exec 2>/dev/null; until grep -q 'Type the name' /run/typed; do sleep 0.2; done; printf '${answer}'; sleep 300)`,
  );

startFrom("bare");

let pristine: readonly string[];

beforeAll(async () => {
  await putFile("/etc/install-quadlets/stack.yaml", SMALL);
  pristine = await listing();
  const install = await lab(["install", "--yes"]);
  expect(install.code, install.err).toBe(0);
  await plantData(LABEL, "small");
  await hostScript(`
    mkdir /root/unpacked; tar -xzf /root/install-quadlets-*.tgz -C /root/unpacked
    echo keep >/root/keep; ln -s /root/keep /root /var/lib/webui/data/`);
});

test("dry runs show what goes and change nothing", async () => {
  const before = await fingerprintOfHost();
  const answers = await Promise.all(
    [[], ["--purge-images"], ["--purge"]].map((flags) =>
      tryHost("install-quadlets", "uninstall", "--dry-run", ...flags),
    ),
  );
  expect(answers.map((answer) => answer.code)).toEqual([2, 2, 2]);
  const [bare, images, purge] = answers.map((answer) => answer.out);
  expect(bare).toContain("- unit vllm-qwen.service of vllm-user: uninstall");
  expect(bare).toMatch(/^stays:\n(.*\n)* {2}user vllm-user, \/var\/lib\/vllm \(\d+ entries\), 1 image$/m);
  expect(bare).not.toMatch(/- (image|user [a-z]+-user:)/);
  expect(images).toMatch(/- image docker.io\/vllm\/vllm-openai\S+ of vllm-user/);
  expect(purge).toContain("- directory /var/lib/vllm with all data in it");
  expect(purge).toContain("- user vllm-user: --purge");
  expect(await fingerprintOfHost()).toBe(before);
});

test.each([[[]], [["--purge"]], [["--purge", "--yes"]]])("without a terminal %j asks for more", async (flags) => {
  const answer = await tryHost("install-quadlets", "uninstall", ...flags);
  expect(answer.code).toBe(1);
  expect(answer.err).toContain(flags.length === 0 ? "--yes" : "--yes-delete-data");
  expect(await host("svc", "list")).toContain("healthy");
});

describe("uninstall", () => {
  let authority: string;

  test("killed in the middle, it goes on when it is run again; the running copy removes itself", async () => {
    authority = await host("cat", AUTHORITY);
    expect((await product("kill:25", "uninstall", "--yes")).code).toBe(137);
    const own = "/usr/local/bin/install-quadlets";
    const again = await tryHost("sh", "-c", `if [ -e ${own} ]; then exec ${own} uninstall --yes; fi; exit 99`);
    const answer = again.code === 99 ? await product("", "uninstall", "--yes") : again;
    expect(answer.code, answer.err).toBe(0);
    expect((await product("", "uninstall", "--yes")).out).toContain("nothing to do");
  });

  test("units, rules, files, secrets and the program are gone; data, users, images and the authority stay", async () => {
    const left = await hostScript(`
      find /etc /usr/local \\( -name '*install-quadlets*' -o -name 'user@8*' -o -name svc \\)
      ls -A /var/lib/systemd/linger
      ls -d /etc/containers/systemd/users/* 2>/dev/null || true
      nft list ruleset; pgrep -u ${USERS.join(",")} || true
    `);
    // What the site wrote there is the site's.
    expect(left).toBe("/etc/install-quadlets");
    expect(await host("cat", AUTHORITY)).toBe(authority);
    for (const user of USERS) await host("id", user);
    expect(await host("cat", `/var/lib/vllm/huggingface/lab-kept-${LABEL}`)).toBe(LABEL);
  });

  test("installed again: the same authority, and all data is back", async () => {
    const install = await lab(["install", "--yes"]);
    expect(install.code, install.err).toBe(0);
    expect(await host("cat", AUTHORITY)).toBe(authority);
    expect(await lostData(LABEL, "small")).toEqual([]);
  });
});

test("uninstall --purge-images: the images go, too", async () => {
  const answer = await product("", "uninstall", "--purge-images", "--yes");
  expect(answer.code, answer.err).toBe(0);
  const stores = await hostScript("cat /var/lib/*/.local/share/containers/storage/overlay-images/images.json");
  // podman itself makes the one that holds a pod together; it is not ours to remove.
  expect([...stores.matchAll(/"names":\["([^"]+)"/g)].filter(([, name]) => !name?.startsWith("localhost/"))).toEqual(
    [],
  );
  expect(await host("cat", `/var/lib/vllm/huggingface/lab-kept-${LABEL}`)).toBe(LABEL);
});

describe("uninstall --purge", () => {
  test("deletes nothing while something is mounted in the data", async () => {
    await host("mount", "--bind", "/root", "/var/lib/vllm/huggingface");
    const answer = await product("", "uninstall", "--purge", "--yes-delete-data");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("/var/lib/vllm/huggingface: a file system is mounted there");
    await host("umount", "/var/lib/vllm/huggingface");
    expect(await host("cat", `/var/lib/vllm/huggingface/lab-kept-${LABEL}`)).toBe(LABEL);
  });

  test.each([
    ["another name", "otherhost\\n", /that is not \S+; nothing was changed/],
    ["Ctrl-D", "\\004", /no answer; nothing was changed/],
    ["Ctrl-C", "\\003", /no answer; nothing was changed/],
  ])("on a terminal it asks for the name of the host: %s is not it", async (_what, answer, says) => {
    const run = await typed(answer, "uninstall", "--purge");
    expect(run.out).toMatch(/All data of all services is deleted. Type the name of this host \(\S+\)/);
    expect(run.out).toMatch(says);
    expect(run.code).toBe(130);
    expect(await host("cat", `/var/lib/vllm/huggingface/lab-kept-${LABEL}`)).toBe(LABEL);
  });

  test("killed in the middle and run again, it leaves a host that never had us", async () => {
    expect((await product("kill:9", "uninstall", "--purge", "--yes-delete-data")).code).toBe(137);
    const answer = await typed(`${await host("hostname")}\\n`, "uninstall", "--purge");
    expect(answer.code, answer.out).toBe(0);
    expect(await listing()).toEqual(pristine);
    expect(await host("cat", "/root/keep")).toBe("keep");
    expect(await hostScript("ls -A /run/user; ls -d /run/install-quadlets* 2>/dev/null || true")).toBe("");
    expect((await product("", "uninstall", "--purge", "--yes-delete-data")).out).toContain("nothing to do");
  });
});
