/** A service that hangs: its checks come to an end, podman kills it, systemd starts it again. And two ways in which Opik is broken. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Damage, expectNamedAndMended, withThePage } from "./damage.ts";
import { as, CONTAINERS, invocations, restartedBetween, tryAs, USERS, type User, waitUntilUp } from "./services.ts";
import { startFrom } from "./start.ts";
import { hostScript } from "./support.ts";

/** Longer than any check may take (17 s), on a busy machine. */
const PATIENCE_SECONDS = 180;
/** Two minutes until the last is killed, and a start of everything on a busy machine. scripts/bench rest prints how long it takes. */
const RECOVERY_SECONDS = 500;

interface Container {
  readonly user: User;
  readonly name: string;
  readonly pid: string;
}

startFrom("installed");

let containers: readonly Container[];
let before: ReadonlyMap<string, string>;

/** Signals a container's main process and all that comes from it; a health check that runs inside is not among them. */
async function signal(name: "STOP" | "CONT" | "KILL", of: readonly Container[]): Promise<void> {
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

/** The health check of a frozen container, in words. 125: it exceeded its time, but ended. */
async function check(container: Container): Promise<string> {
  const argv = ["timeout", String(PATIENCE_SECONDS), "podman", "healthcheck", "run", container.name];
  const { code } = await tryAs(container.user, ...argv);
  const said: Readonly<Record<number, string>> = {
    0: "healthy",
    1: "unhealthy",
    125: "unhealthy",
    124: "never came to an end",
  };
  return `${container.name}: ${said[code] ?? `exit code ${code}`}`;
}

const unitsOf = (of: readonly Container[]) => of.map(({ name }) => `${name}.service`).sort();

beforeAll(async () => {
  await withThePage("");
  containers = (await Promise.all(USERS.map(containersOf))).flat();
  before = await invocations();
});

afterAll(async () => {
  await signal("CONT", containers);
});

test("health checks leave no events, and no failed logins", async () => {
  const lines = "journalctl --boot --no-pager --output=cat _UID=$(id -u opik-user)";
  expect(await hostScript(`${lines} | grep -cE 'container health_status|Access denied' || true`)).toBe("0");
});

describe("where every service hangs", () => {
  test("each check ends by itself", async () => {
    await signal("STOP", containers);
    const answers = await Promise.all(containers.map(check));
    expect(answers).toEqual(containers.map(({ name }) => `${name}: unhealthy`));
  });

  test("every one is killed and comes back, and nothing else is started anew", async () => {
    const restarted = async () => restartedBetween(before, await invocations());
    await expect
      .poll(restarted, { timeout: RECOVERY_SECONDS * 1000, interval: 2_000 })
      .toEqual(expect.arrayContaining(unitsOf(containers)));
    expect(await waitUntilUp(RECOVERY_SECONDS)).toEqual([]);
    expect(await restarted()).toEqual(unitsOf(containers));
  });

  test("one that is killed in a pod leaves the others alone", async () => {
    const now = await containersOf("opik-user");
    const again = await invocations();
    await signal(
      "KILL",
      now.filter(({ name }) => name === "opik-mysql"),
    );
    const restarted = async () => restartedBetween(again, await invocations());
    await expect.poll(restarted, { timeout: RECOVERY_SECONDS * 1000, interval: 3_000 }).not.toEqual([]);
    expect(await waitUntilUp(RECOVERY_SECONDS)).toEqual([]);
    expect(await restarted()).toEqual(["opik-mysql.service"]);
  });
});

/** As in broken.test.ts, and here because they take a pod and a database. */
const DAMAGES: readonly Damage[] = [
  {
    name: "the password of its database is another one",
    make: "printf wrong | as opik-user podman secret create --replace opik-mysql - >/dev/null; ctl opik-user restart opik-backend",
    ask: "opik",
    says: /^opik: failed: opik-backend: MySQL refuses the password of opik\b/,
    log: /Access denied for user 'opik'/,
  },
  {
    name: "what it needs was stopped",
    make: "ctl opik-user stop opik-mysql",
    ask: "opik",
    says: /^opik: (failed|degraded): opik-mysql: somebody stopped it/,
  },
];

for (const damage of DAMAGES) expectNamedAndMended(damage);
