/** One account that is broken, has lost what it had, or does what it can against the others: it is named, and everything else goes on. */
import { beforeAll, describe, expect, test } from "vitest";
import { AS } from "./damage.ts";
import { as, invocations, lostData, plantData, restartedBetween, restartedWhile, waitUntilUp } from "./services.ts";
import { smallStack, startFrom } from "./start.ts";
import { type Answer, host, hostScript, putFile, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const HOME = "/var/lib/vllm";
const STORE = `${HOME}/.local/share/containers/storage`;

interface Trouble {
  readonly name: string;
  /** Shell, as root; MANAGER is the process of the account's user manager. */
  readonly make: string;
  readonly undo: string;
  readonly reason: RegExp;
}

const TROUBLES: readonly Trouble[] = [
  {
    name: "its user manager is stopped",
    make: 'kill -STOP "$MANAGER"',
    undo: 'kill -CONT "$MANAGER"',
    reason: /the user manager of vllm-user does not answer/,
  },
  {
    name: "its list of secrets is a pipe",
    make: `cd ${STORE}/secrets; mv secrets.json away; mkfifo secrets.json; chown vllm-user: secrets.json`,
    // A health check of its own that met the pipe waits there for ever, with podman's lock on the container.
    undo: `cd ${STORE}/secrets; rm secrets.json; mv away secrets.json; pkill -KILL -u vllm-user -x podman || true`,
    reason: /the secrets of vllm-user cannot be listed: \S+\/secrets\.json: is not a regular file/,
  },
  {
    name: "its list of images is damaged",
    make: `cd ${STORE}/overlay-images; cp -a images.json away; echo '{' >images.json`,
    undo: `cd ${STORE}/overlay-images; mv away images.json`,
    reason: /the images of vllm-user cannot be listed: \S+\/images\.json: damaged; podman says/,
  },
  {
    name: "it put a symlink in the place of a directory",
    make: `cd ${HOME}; mv huggingface away; ln -s /etc huggingface; chown -h vllm-user: huggingface`,
    undo: `cd ${HOME}; rm huggingface; mv away huggingface`,
    reason: /\/var\/lib\/vllm\/huggingface: is a symlink, should be a directory/,
  },
];

startFrom("small");

function managed(script: string): Promise<string> {
  return hostScript(`MANAGER=$(systemctl show -P MainPID "user@$(id -u vllm-user).service")\n${script}`);
}

function expectNamed(answer: Answer, code: number, reason: RegExp): void {
  expect(answer.code, answer.out + answer.err).toBe(code);
  expect(answer.out + answer.err).toMatch(new RegExp(`vllm-qwen .*${reason.source}`));
}

const SERVICES = ["nginx-proxy", "dnsmasq", "vllm-qwen", "open-webui"] as const;

/** verify says why one is left as it is, and the others are well. */
async function expectAside(name: (typeof SERVICES)[number], reason: RegExp): Promise<void> {
  const verified = await tryHost("install-quadlets", "verify");
  expect(verified.code, verified.err).toBe(2);
  expect(verified.out).toMatch(new RegExp(`aside +${name} +.*${reason.source}`));
  const list = await tryHost("svc", "list");
  for (const service of SERVICES)
    if (service !== name) expect(list.out).toMatch(new RegExp(`^${service} +healthy `, "m"));
}

describe.each(TROUBLES)("where $name", ({ name, make, undo, reason }) => {
  let before: ReadonlyMap<string, string>;

  test("a run does what there is to do for the others, names it and fails", async () => {
    before = await invocations();
    await managed(make);
    try {
      await putFile(STACK, smallStack({ "open-webui": { settings: { name } } }));
      expectNamed(await tryHost("install-quadlets", "--yes"), 1, reason);
      expect(await as("webui-user", "podman", "exec", "open-webui", "printenv", "WEBUI_NAME")).toBe(name);
      await expectAside("vllm-qwen", reason);
    } finally {
      await managed(undo);
    }
  });

  test("once that is mended nothing is left to do, and it was not touched", async () => {
    const answer = await tryHost("install-quadlets", "verify");
    expect(answer.code, answer.out + answer.err).toBe(0);
    expect(restartedBetween(before, await invocations())).toEqual(["open-webui.service"]);
  });
});

/** As after a boot without one of its file systems. */
const GONE = [
  ["its home", "/var/lib/webui", "its home /var/lib/webui is not there"],
  ["what it keeps", "/var/lib/webui/data", "/var/lib/webui/data, which it has mounted, is not there"],
] as const;

describe.each(GONE)("where %s is gone", (what, path, sentence) => {
  const seconds = GONE.findIndex(([name]) => name === what) + 21;
  let before: ReadonlyMap<string, string>;

  test("svc says so, and a run begins nothing anew, does what there is to do for the others and fails", async () => {
    await plantData(what.replaceAll(" ", "-"), "small");
    before = await invocations();
    await hostScript(`${AS}
      svc stop open-webui
      mv ${path} ${path}-away
      ctl webui-user start open-webui`);
    try {
      await expect
        .poll(async () => (await tryHost("svc", "list")).out, { timeout: 180_000, interval: 2_000 })
        .toContain(`open-webui: failed: ${sentence}`);
      await putFile(STACK, smallStack({ "nginx-proxy": { settings: { connect_timeout: seconds } } }));
      const reason = /it had data in \/var\/lib\/webui\/data on [\d-]+, and that is not there: .*--anew open-webui/;
      const others = await restartedWhile(async () => {
        const answer = await tryHost("install-quadlets", "--yes");
        expect(answer.code, answer.out + answer.err).toBe(1);
        expect(answer.err).toMatch(new RegExp(`open-webui .*${reason.source}`));
      });
      expect(others.filter((unit) => unit !== "open-webui.service")).toEqual([]);
      expect(await as("nginx-user", "podman", "exec", "nginx-proxy", "cat", "/etc/nginx/nginx.conf")).toContain(
        `proxy_connect_timeout ${seconds}s`,
      );
      expect((await tryHost("test", "-e", path)).code).toBe(1);
      await expectAside("open-webui", reason);
    } finally {
      await hostScript(`rm -rf ${path}; mv ${path}-away ${path}`);
    }
  });

  test("once it is there again a run brings the service back, with all it had", async () => {
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code, answer.out + answer.err).toBe(0);
    expect(await waitUntilUp(300)).toEqual([]);
    expect(restartedBetween(before, await invocations())).toEqual(["open-webui.service"]);
    expect(await lostData(what.replaceAll(" ", "-"), "small")).toEqual([]);
    expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  });
});

describe("svc", () => {
  test("a manager that is stopped has a row that says so, and the exit code does", async () => {
    await managed('kill -STOP "$MANAGER"');
    try {
      const answer = await tryHost("svc", "list");
      expect(answer.code).toBe(1);
      expect(answer.out).toMatch(/^vllm-qwen +failed +0\/1 /m);
      expect(answer.out).toContain("vllm-qwen: failed: the user manager of vllm-user does not answer");
      expect(answer.out).toMatch(/^nginx-proxy +healthy /m);
    } finally {
      await managed('kill -CONT "$MANAGER"');
    }
  });

  test("a service that has failed is in the exit code, one that was stopped is not", async () => {
    await host("svc", "stop", "vllm-qwen");
    expect(await tryHost("svc", "list")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^vllm-qwen +stopped /m),
    });
    await host("svc", "start", "vllm-qwen");
  });
});

describe("units of its own", () => {
  beforeAll(async () => {
    await hostScript(`install -d -o vllm-user -g vllm-user ${HOME}/.config/systemd/user/vllm-qwen.service.d
      printf '[Service]\\nEnvironment=A=b\\n' >${HOME}/.config/systemd/user/vllm-qwen.service.d/x.conf`);
  });

  test("are named by verify", async () => {
    const answer = await tryHost("install-quadlets", "verify");
    expect(answer.code).toBe(2);
    expect(answer.out).toMatch(/foreign +\/var\/lib\/vllm\/\.config\/systemd\/user\/vllm-qwen\.service\.d/);
    await hostScript(`rm -r ${HOME}/.config/systemd`);
    expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  });
});

describe("a user manager that was killed", () => {
  let before: ReadonlyMap<string, string>;

  test("is shown, and svc says what to do", async () => {
    before = await invocations();
    await managed('kill -KILL "$MANAGER"');
    await expect
      .poll(async () => (await tryHost("svc", "list")).out, { timeout: 120_000, interval: 3_000 })
      .toContain("vllm-qwen: failed: the user manager of vllm-user does not run");
    const answer = await tryHost("svc", "start", "vllm-qwen");
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(
      /vllm-qwen did not come up: the user manager of vllm-user does not run \[[a-z-]+\]\nhint: sudo systemctl start user@/,
    );
  });

  test("one run brings everything of it back, and restarts nobody else", async () => {
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code, answer.err).toBe(0);
    expect(await waitUntilUp(300)).toEqual([]);
    const vllm = `user@${await host("id", "-u", "vllm-user")}.service`;
    expect(restartedBetween(before, await invocations())).toEqual([vllm, "vllm-qwen.service"].sort());
  });
});

test("a program that took a port cannot move the cursor of whoever reads its name", async () => {
  const program = `import ctypes, socket, time
ctypes.CDLL(None).prctl(15, b"\\x1b[31mred", 0, 0, 0)
s = socket.create_server(("127.0.0.1", 8000)); time.sleep(600)`;
  await host("svc", "stop", "vllm-qwen");
  // What it is called by, too: a word of the kernel that is neither that nor its file's name is not shown.
  await hostScript(`systemd-run --quiet --unit lab-squatter bash -c 'exec -a "$(printf "\\033[31mred")" python3 -c "$1"' bash '${program}'
    until ss -Hltn sport = :8000 | grep -q .; do systemctl is-active --quiet lab-squatter; sleep 0.1; done`);
  try {
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("already taken on 127.0.0.1 by \\u001b[31mred (pid");
  } finally {
    await hostScript("systemctl stop lab-squatter");
  }
  await host("svc", "start", "vllm-qwen");
});
