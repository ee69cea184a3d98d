/** What podman wrote down about a container's health checks, read as root from its file: no podman has to start for that. */
import type { UnitFact } from "../model/facts.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";
import { shown } from "./log-words.ts";
import type { HealthFact, Owner } from "./signs.ts";

const MAX_BYTES = 1024 * 1024;
/** Nothing else becomes part of a path. */
const ID = /^[0-9a-f]{64}$/;

/**
 * The unit's main process is conmon, whose arguments name the container: `-c ID`. The file lies beside the container's run
 * directory (podman libpod/healthcheck.go, getHealthCheckLogDestination). Undefined where there is none, or it is in no form that we know.
 */
export async function readHealth(system: System, owner: Owner, fact: UnitFact): Promise<HealthFact | undefined> {
  if (fact.mainPid === 0) return undefined;
  const cmdline = await readQuietly(system, `/proc/${fact.mainPid}/cmdline`);
  return readLog(system, owner, containerOf(cmdline));
}

/** While a unit starts, its main process is the podman that waits for the first success: then the store knows the container. */
export async function readStartingHealth(system: System, owner: Owner, name: string): Promise<HealthFact | undefined> {
  const store = `${owner.home}/.local/share/containers/storage/overlay-containers`;
  // A container that is removed when it ends, as every quadlet's is, stands in the first.
  const lists = ["volatile-containers.json", "containers.json"].map((list) => readQuietly(system, `${store}/${list}`));
  const ids = (await Promise.all(lists)).map((text) => containerNamed(text, name));
  return readLog(
    system,
    owner,
    ids.find((id) => id !== undefined),
  );
}

async function readLog(system: System, { uid }: Owner, id: string | undefined): Promise<HealthFact | undefined> {
  if (id === undefined) return undefined;
  const path = `/run/user/${uid}/containers/overlay-containers/${id}/healthcheck.log`;
  return parseHealth(await readQuietly(system, path), system.clock.now());
}

/** In directories of the account: whatever it put there instead says nothing about health. */
async function readQuietly(system: System, path: string): Promise<string> {
  try {
    return (await system.files.read(path, MAX_BYTES)) ?? "";
  } catch {
    return "";
  }
}

/** [{"id": "...", "names": ["opik-mysql"]}] */
function containerNamed(text: string, name: string): string | undefined {
  const value = parseJson(text);
  const found = Array.isArray(value)
    ? value.filter(isRecord).find((one) => textsOf(one["names"]).includes(name))
    : undefined;
  const id = found?.["id"];
  return typeof id === "string" && ID.test(id) ? id : undefined;
}

export function containerOf(cmdline: string): string | undefined {
  const words = cmdline.split("\0");
  const id = words[words.indexOf("-c") + 1];
  return words.includes("-c") && id !== undefined && ID.test(id) ? id : undefined;
}

/** {"Status": "healthy", "FailingStreak": 0, "Log": [{"Start", "End", "ExitCode", "Output"}, ...]}, the last one newest. */
export function parseHealth(text: string, now: Date): HealthFact | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const log = Array.isArray(value["Log"]) ? value["Log"].filter(isRecord) : [];
  const last = log.at(-1);
  const ended = Date.parse(String(last?.["End"] ?? ""));
  if (last === undefined || Number.isNaN(ended)) return undefined;
  const failed = last["ExitCode"] !== 0;
  return {
    streak: Number(value["FailingStreak"] ?? 0),
    words: failed ? wordsOf(String(last["Output"] ?? ""), Number(last["ExitCode"])) : "",
    secondsAgo: Math.max(0, (now.getTime() - ended) / 1_000),
  };
}

/** The last line: programs say there what it comes to. */
function wordsOf(output: string, code: number): string {
  const line = output
    .split("\n")
    .filter((one) => one.trim() !== "")
    .at(-1);
  return line === undefined ? (code === -1 ? "no answer in time" : "") : shown(line);
}
