/** Which alerts fire: Alertmanager is asked, and its answer read. */
import { userError } from "../model/diagnostic.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";

export interface Alert {
  readonly name: string;
  readonly severity: string;
  /** Undefined where it is about none. */
  readonly service: string | undefined;
  readonly summary: string;
  readonly runbook: string;
  /** Seconds. */
  readonly age: number;
}

export interface Alerts {
  /** The worst first, then the newest; those that somebody silenced are not there. */
  readonly firing: readonly Alert[];
  /** The rule that always fires does: without it nobody would be told of anything. */
  readonly areWatched: boolean;
}

const ANSWER_MS = 10_000;
const PATH = "/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=true";
const WATCHDOG = "Watchdog";
const SEVERITIES = ["critical", "warning", "info"];

export async function readAlerts(system: System, { services }: ServiceIndex): Promise<Alerts> {
  const asked = services.find(({ alerts }) => alerts !== undefined);
  if (asked?.alerts === undefined) {
    throw userError(
      "does-not-apply",
      "nothing on this host watches",
      "`observability: true` in /etc/install-quadlets/stack.yaml, then sudo install-quadlets",
    );
  }
  const hint = `sudo svc status ${asked.name}`;
  const answer = await system.http.ask({ method: "GET", port: asked.alerts, path: PATH, timeoutMs: ANSWER_MS });
  if (answer === undefined) throw userError("no-answer", `nobody answers at 127.0.0.1:${asked.alerts}`, hint);
  if (answer.status !== 200)
    throw userError("bad-answer", `${asked.name} answers ${answer.status} to ${PATH.replace(/\?.*/, "")}`, hint);
  const alerts = parseAlerts(answer.body, system.clock.now());
  if (alerts === undefined) throw userError("bad-answer", `the answer of ${asked.name} cannot be read`, hint);
  return alerts;
}

/** [{"labels": {...}, "annotations": {...}, "startsAt": "..."}, ...]; undefined for anything else. */
export function parseAlerts(text: string, now: Date): Alerts | undefined {
  const list = parseJson(text);
  if (!Array.isArray(list) || !list.every(isRecord)) return undefined;
  const all = list.map((one) => readAlert(one, now));
  const firing = all.filter(({ name }) => name !== WATCHDOG);
  return { firing: firing.toSorted(byUrgency), areWatched: firing.length < all.length };
}

function readAlert(value: Readonly<Record<string, unknown>>, now: Date): Alert {
  const text = (part: "labels" | "annotations", name: string): string => {
    const map = value[part];
    const found = isRecord(map) ? map[name] : undefined;
    return typeof found === "string" ? found : "";
  };
  const since = Date.parse(String(value["startsAt"] ?? ""));
  return {
    name: text("labels", "alertname"),
    severity: text("labels", "severity"),
    service: text("labels", "service") || undefined,
    summary: text("annotations", "summary"),
    runbook: text("annotations", "runbook"),
    age: Number.isNaN(since) ? 0 : Math.max(0, Math.round((now.getTime() - since) / 1000)),
  };
}

function byUrgency(one: Alert, other: Alert): number {
  const rank = ({ severity }: Alert) =>
    SEVERITIES.includes(severity) ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
  return rank(one) - rank(other) || one.age - other.age || (one.name < other.name ? -1 : 1);
}
