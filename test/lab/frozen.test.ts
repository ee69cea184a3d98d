/** A service that hangs: its checks come to an end, podman kills it, systemd starts it again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as, CONTAINERS, invocations, restartedBetween, tryAs, USERS, type User, waitUntilUp } from "./services.ts";
import { startFrom } from "./start.ts";
import { hostScript } from "./support.ts";

/** Longer than any check may take (Opik's backend has 30 s), on a busy machine. */
const PATIENCE_SECONDS = 180;
/** Three failed checks of five seconds, ten seconds apart, and the start: 45 to 60 s. */
const RECOVERY_SECONDS = 400;

interface Container {
  readonly user: User;
  readonly name: string;
  readonly pid: string;
}

startFrom("installed");

let containers: readonly Container[];
let before: ReadonlyMap<string, string>;

/** Signals a container's main process and all that comes from it; a health check that runs inside is not among them. */
async function signal(name: "STOP" | "CONT", of: readonly Container[]): Promise<void> {
  await hostScript(`
    tree() { echo "$1"; for child in $(pgrep -P "$1"); do tree "$child"; done; }
    for pid in ${of.map((container) => container.pid).join(" ")}; do
      kill -${name} $(tree "$pid") || [ ! -e "/proc/$pid" ]
    done
  `);
}

async function containersOf(user: User): Promise<readonly Container[]> {
  const names = CONTAINERS[user];
  const pids = (await as(user, "podman", "inspect", "--format", "{{.State.Pid}}", ...names)).split("\n");
  return names.map((name, index) => ({ user, name, pid: pids[index] ?? "" }));
}

/** The health check of a frozen container, in words; whoever was asked may go on then. 125: it exceeded its time, but ended. */
async function check(container: Container): Promise<string> {
  const argv = ["timeout", String(PATIENCE_SECONDS), "podman", "healthcheck", "run", container.name];
  const { code } = await tryAs(container.user, ...argv);
  if (container.user !== "nginx-user") await signal("CONT", [container]);
  const said: Readonly<Record<number, string>> = {
    0: "healthy",
    1: "unhealthy",
    125: "unhealthy",
    124: "never came to an end",
  };
  return `${container.name}: ${said[code] ?? `exit code ${code}`}`;
}

beforeAll(async () => {
  containers = (await Promise.all(USERS.map(containersOf))).flat();
  before = await invocations();
});

afterAll(async () => {
  await signal("CONT", containers);
});

describe("where every service hangs", () => {
  test("each check ends by itself", async () => {
    await signal("STOP", containers);
    const answers = await Promise.all(containers.map(check));
    expect(answers).toEqual(containers.map(({ name }) => `${name}: unhealthy`));
  });

  test("what goes on hanging is killed and comes back, and nothing else is", async () => {
    await expect
      .poll(async () => restartedBetween(before, await invocations()), {
        timeout: RECOVERY_SECONDS * 1000,
        interval: 2_000,
      })
      .toEqual(["nginx-proxy.service"]);
    expect(await waitUntilUp(RECOVERY_SECONDS)).toEqual([]);
    expect(restartedBetween(before, await invocations())).toEqual(["nginx-proxy.service"]);
  });
});
