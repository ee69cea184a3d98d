/**
 * The kernel kills a service for want of memory: beyond its own limit, and on a host that has none left. The labs' kernel cannot
 * be asked for limits: a host of theirs is booted in a virtual machine.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AS } from "../lab/damage.ts";
import { SMALL, smallStack, startFrom } from "../lab/start.ts";
import { host, lab, putFile } from "../lab/support.ts";
import { bootMachine, type Machine } from "./vm.ts";

const SITE = "/etc/install-quadlets/stack.yaml";
const LIMIT = "192m";
const MEGABYTES = 3072;
/** It keeps what it is sent until all of it is there. */
const NOTES = "http://127.0.0.1:3000/api/lab/notes";
/** It comes up in two minutes where nothing else wants this machine. */
const PATIENT = { timeout: 900_000, interval: 3_000 };

let machine: Machine | undefined;

async function inside(script: string): Promise<string> {
  const { code, out, err } = await tryInside(script);
  if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${out}\n${err}`);
  return out;
}

function tryInside(script: string) {
  if (machine === undefined) throw new Error("there is no machine");
  return machine.run(`${AS}\n${script}`);
}

async function line(name: string): Promise<string> {
  return (await tryInside(`svc status ${name}`)).out.split("\n")[0] ?? "";
}

/** It alone: a slow machine is no place for the health checks of all. */
async function comesUp(): Promise<void> {
  await expect.poll(async () => (await tryInside("svc status open-webui")).code, PATIENT).toBe(0);
}

/** The next try comes later, so that there is time to ask; or as soon as ever. */
const pause = (seconds: number | undefined) => {
  const place = "/run/systemd/user/open-webui.service.d";
  const write = `mkdir -p ${place}; printf '[Service]\\nRestartSec=${seconds}\\n' >${place}/pause.conf`;
  return `${seconds === undefined ? `rm -rf ${place}` : write}; as webui-user systemctl --user daemon-reload`;
};

const send = (megabytes: number, flags = "") =>
  `head -c ${megabytes}M /dev/zero >/tmp/sent; curl -sS -o /dev/null --max-time 300 ${flags} --data-binary @/tmp/sent ${NOTES}`;

startFrom("small");

beforeAll(async () => {
  await putFile(SITE, smallStack({ "open-webui": { settings: { memory: LIMIT } } }));
  await host("install-quadlets", "--yes");
  expect(await lab(["stop"])).toMatchObject({ code: 0 });
  machine = await bootMachine(MEGABYTES);
});

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(machine?.screen().slice(-4_000));
});

afterAll(() => machine?.end());

/** Everything that says why says the same, and what it says to paste mends it. */
async function expectNamed(sentence: string): Promise<void> {
  await expect.poll(() => line("open-webui"), PATIENT).toBe(`open-webui: failed: ${sentence}`);
  const { code, out } = await tryInside("svc status open-webui --json");
  expect(code).toBe(1);
  const { services, units } = JSON.parse(out) as {
    readonly services: readonly object[];
    readonly units: readonly object[];
  };
  const hint = "sudo svc restart open-webui";
  expect(services).toMatchObject([{ word: "failed", sentence, hint }]);
  expect(units).toMatchObject([{ word: "failed", sentence, hint, result: "exit-code" }]);
  const verified = await tryInside("install-quadlets verify");
  expect(verified.code).toBe(2);
  expect(verified.out).toContain(sentence);
  await inside(hint);
  await comesUp();
}

test("what runs in a lab comes up in a machine of its own", comesUp);

describe("a service that wants more than its limit", () => {
  const SENTENCE = `it was killed because memory ran out: its limit is ${LIMIT}`;

  test("is killed by the kernel, named by svc status and verify, and comes back with what they say to paste", async () => {
    await inside(pause(600));
    await tryInside(send(300));
    await expectNamed(SENTENCE);
    expect(await inside("journalctl --dmesg --output=cat --grep=oom-kill:")).toMatch(
      /^oom-kill:constraint=CONSTRAINT_MEMCG,.*,oom_memcg=\S+\/open-webui\.service\/libpod-payload-[0-9a-f]+,task_memcg=/,
    );
  });

  test("is named as that while the next try is on its way, too", async () => {
    await inside(pause(undefined));
    await tryInside(send(300));
    await expect
      .poll(() => line("open-webui"), { ...PATIENT, interval: 500 })
      .toMatch(new RegExp(`^open-webui: starting: .*; the try before: ${SENTENCE}$`));
    await comesUp();
  });
});

describe("a host that has no memory left", () => {
  test("without a small limit it is the service that has most", async () => {
    await inside(`printf '%s' '${SMALL.trim()}' >${SITE}; install-quadlets --yes`);
    await inside(pause(600));
    // Another program takes what there is, until the kernel has killed somebody else for that.
    await inside(`
      (${send(200, "--limit-rate 4M")}) >/dev/null 2>&1 &
      pid=$(as webui-user podman inspect --format '{{.State.Pid}}' open-webui)
      until [ "$(awk '/^VmRSS/ { print $2 }' /proc/$pid/status)" -gt 130000 ]; do sleep 1; done
      perl -e 'open my $score, ">", "/proc/self/oom_score_adj"; print $score -1000; close $score;
        push @all, "x" x (16e6 + @all) while readlink "/proc/$ARGV[0]/exe"' "$pid"
      kill %1 2>/dev/null || true`);
    await expectNamed("it was killed because memory ran out: the host had none left");
    expect(await inside("journalctl --dmesg --output=cat --grep=global_oom")).toContain("constraint=CONSTRAINT_NONE");
  });
});
