/** What the lab tests ask of the installed services: as their users, and in one go. */
import { expect } from "vitest";
import { statusSchema } from "../../src/config/schema/status.ts";
import { type Answer, hostScript, tryHost } from "./support.ts";

export const USERS = ["nginx-user", "dnsmasq-user", "vllm-user", "webui-user", "opik-user"] as const;
export type User = (typeof USERS)[number];

export const HOMES: Readonly<Record<User, string>> = {
  "nginx-user": "/var/lib/nginx-proxy",
  "dnsmasq-user": "/var/lib/dnsmasq-llm",
  "vllm-user": "/var/lib/vllm",
  "webui-user": "/var/lib/webui",
  "opik-user": "/var/lib/opik",
};

export const CONTAINERS: Readonly<Record<User, readonly string[]>> = {
  "nginx-user": ["nginx-proxy"],
  "dnsmasq-user": ["dnsmasq", "dnsmasq-page"],
  "vllm-user": ["vllm-qwen"],
  "webui-user": ["open-webui"],
  "opik-user": ["mysql", "redis", "zookeeper", "clickhouse", "minio", "backend", "python-backend", "frontend"].map(
    (name) => `opik-${name}`,
  ),
};

/** Runs a program as a service user, as its user manager would: not through our product. */
export async function tryAs(user: User, ...argv: string[]): Promise<Answer> {
  const script = `cd "$2" && exec setpriv --reuid "$1" --regid "$1" --init-groups \
    env -i HOME="$2" PATH="$PATH" XDG_RUNTIME_DIR="/run/user/$(id -u "$1")" "\${@:3}"`;
  return tryHost("bash", "-c", script, "bash", user, HOMES[user], ...argv);
}

export async function as(user: User, ...argv: string[]): Promise<string> {
  const answer = await tryAs(user, ...argv);
  if (answer.code !== 0) throw new Error(`${user}: exit code ${answer.code}: ${argv.join(" ")}\n${answer.err}`);
  return answer.out;
}

/** Values of a user's podman secrets by name, as root could read them. */
export async function secretsOf(user: User): Promise<ReadonlyMap<string, string>> {
  const names = (await as(user, "podman", "secret", "ls", "--format", "{{.Name}}")).split("\n").filter((n) => n !== "");
  if (names.length === 0) return new Map();
  const text = await as(user, "podman", "secret", "inspect", "--showsecret", ...names);
  const found = JSON.parse(text) as readonly { Spec: { Name: string }; SecretData: string }[];
  return new Map(found.map((entry) => [entry.Spec.Name, entry.SecretData]));
}

export interface Unit {
  readonly name: string;
  readonly unit: string;
  readonly user: User;
  readonly kind: string;
  readonly state: string;
  readonly up: boolean;
}

export async function listUnits(): Promise<readonly Unit[]> {
  // 1: something has failed, as it should say.
  const { code, out, err } = await tryHost("svc", "list", "--all", "--json");
  if (code > 1 || out === "") throw new Error(`svc list: exit code ${code}\n${err}`);
  const { units } = statusSchema.parse(JSON.parse(out));
  return units as readonly Unit[];
}

/** One line per unit and manager that changes with every start: unit, invocation id, main process. */
export async function invocations(): Promise<ReadonlyMap<string, string>> {
  const out = await hostScript(`
    show() {
      XDG_RUNTIME_DIR=/run/user/$1 setpriv --reuid "$1" --regid "$1" --init-groups systemctl --user show --property=Id,InvocationID,MainPID \\
        '*.service' '*.socket' | awk -v RS= -v FS='\\n' '/Id=(nginx|dnsmasq|vllm|open-webui|opik|echo)/ { gsub("\\n", " "); print }'
      systemctl show --property=Id,InvocationID,MainPID "user@$1.service" | tr '\\n' ' '; echo
    }
    # Not every lab has every service.
    for user in ${USERS.join(" ")}; do if uid=$(id -u "$user" 2>/dev/null); then show "$uid"; fi; done
    systemctl show --property=Id,InvocationID,MainPID install-quadlets-firewall.service | tr '\\n' ' '; echo
  `);
  const entries = out.split("\n").flatMap((line): [string, string][] => {
    const id = /Id=(\S+)/.exec(line)?.[1];
    return id === undefined ? [] : [[id, line.split(" ").sort().join(" ")]];
  });
  return new Map(entries);
}

/** Names of the units that were started anew between two looks, sorted. */
export function restartedBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

/** Runs a command that must succeed and leave everything up; gives the units that were started anew meanwhile. */
export async function restartedBy(...argv: string[]): Promise<readonly string[]> {
  return restartedWhile(async () => {
    const answer = await tryHost(...argv);
    expect(answer.code, answer.out + answer.err).toBe(0);
    expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
  });
}

export async function restartedWhile(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await invocations();
  await work();
  return restartedBetween(before, await invocations());
}

/**
 * Waits until every unit is up; gives what is not when the time is over, and what it said last. A host that has just
 * booted may not answer at first.
 */
export async function waitUntilUp(seconds: number): Promise<readonly (Unit & { readonly log: string })[]> {
  const end = Date.now() + seconds * 1000;
  await waitForManagers(seconds);
  for (;;) {
    const late = Date.now() > end;
    const units = await listUnits().catch((error: unknown) => {
      if (late) throw error;
      return undefined;
    });
    const down = units?.filter((unit) => !unit.up);
    if (down?.length === 0) return [];
    if (down !== undefined && late) {
      const lastLines = async (unit: Unit) => (await tryHost("svc", "logs", "-n", "5", unit.name)).out;
      return Promise.all(down.map(async (unit) => ({ ...unit, log: await lastLines(unit) })));
    }
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
}

/**
 * Until systemd, and then each user manager, has no more jobs of its boot, or the time is over. They wait without asking:
 * a look at all units each half second costs a boot a third of its time.
 */
async function waitForManagers(seconds: number): Promise<void> {
  const script = `
    wait_for() { timeout "$limit" "$@" systemctl "$scope" is-system-running --wait; }
    limit=$1 scope=--system
    wait_for env
    scope=--user
    for user in $(ls /var/lib/systemd/linger 2>/dev/null); do
      uid=$(id -u "$user") && [ -S "/run/user/$uid/bus" ] || continue
      wait_for env XDG_RUNTIME_DIR=/run/user/$uid setpriv --reuid "$uid" --regid "$uid" --init-groups &
    done
    wait`;
  await tryHost("bash", "-c", script, "bash", String(seconds));
}

/** Directories that hold what users keep; in each, a file belongs to whoever owns the directory. */
const SMALL_DATA = ["vllm/huggingface", "vllm/cache/vllm", "webui/data"].map((path) => `/var/lib/${path}`);
const DATA = [
  ...SMALL_DATA,
  ...["mysql", "redis", "zookeeper/data", "zookeeper/datalog", "clickhouse/data", "minio"].map(
    (name) => `/var/lib/opik/${name}`,
  ),
];

const ASK_FOR_TRACES = "curl -fsS --max-time 30 http://localhost:8080/v1/private/traces";

function dataOf(state: "small" | undefined): readonly string[] {
  return state === "small" ? SMALL_DATA : DATA;
}

/** Puts a file into each data directory and, but on a host in the state "small", a row into Opik's database. */
export async function plantData(label: string, state?: "small"): Promise<void> {
  const files = dataOf(state)
    .map((directory) => `plant ${directory}/lab-kept-${label}`)
    .join("\n");
  await hostScript(`
    plant() { echo "${label}" >"$1" && chown --reference="\${1%/*}" "$1"; }
    ${files}
    ${state === "small" ? "" : `${ASK_FOR_TRACES} -H 'content-type: application/json' -d '{"name":"${label}"}'`}
  `);
}

/** What of it is not there any more. */
export async function lostData(label: string, state?: "small"): Promise<readonly string[]> {
  const files = dataOf(state).map((directory) => `${directory}/lab-kept-${label}`);
  const out = await hostScript(`
    for file in ${files.join(" ")}; do
      [ "$(cat "$file" 2>/dev/null)" = "${label}" ] && [ "$(stat -c %u:%g "$file")" = "$(stat -c %u:%g "\${file%/*}")" ] || echo "$file"
    done
    ${state === "small" ? "" : `${ASK_FOR_TRACES} | grep -qF '"${label}"' || echo "the row in Opik"`}
  `);
  return out.split("\n").filter((line) => line !== "");
}
