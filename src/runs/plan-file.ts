/** A plan in a file: what it says, how it is read back, and in what a plan of now is another one. */
import { type UserError, userError } from "../model/diagnostic.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import { PLAN_FORMAT, PLAN_VERSION, type PlanFile } from "../model/plan-json.ts";
import { visible } from "../model/visible.ts";
import { planAsJson } from "../plan/summary.ts";
import { digestOf } from "./same-plan.ts";

export type Origin = Pick<PlanFile, "made" | "tool" | "host" | "config">;

const MOST_LINES = 20;
const SIGNS = { create: "+", update: "~", remove: "-", run: ">" } as const;

export function planFile(plan: Plan, origin: Origin): PlanFile {
  const digests = stepsOf(plan).map(digestOf);
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    ...origin,
    digest: digestOf(plan),
    digests,
    plan: planAsJson(plan),
  };
}

/** Whether a file is a plan of any version, so that another plan may take its place. */
export function isPlanText(text: string): boolean {
  const value = parseJson(text);
  return isRecord(value) && value["format"] === PLAN_FORMAT;
}

/** Throws a UserError where that is no plan, one of another host, or one that this program does not know. */
export function parsePlanFile(path: string, text: string, hostname: string): PlanFile {
  const value = parseJson(text);
  if (!isRecord(value) || value["format"] !== PLAN_FORMAT) {
    throw unfit(path, "is no plan, or a damaged one");
  }
  const { version, host } = value;
  if (version !== PLAN_VERSION) {
    throw unfit(
      path,
      `is a plan in version ${printed(version)} of its form; this program knows version ${PLAN_VERSION}`,
    );
  }
  if (!isPlanFile(value)) throw unfit(path, "is damaged");
  if (host !== hostname) throw unfit(path, `is a plan for the host ${visible(value.host)}, and this is ${hostname}`);
  return value;
}

function isPlanFile(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & PlanFile {
  const { made, tool, host, config, digest, digests, plan } = value;
  const areTexts = [made, tool, host, digest].every((text) => typeof text === "string");
  if (!areTexts || (config !== null && typeof config !== "string")) return false;
  if (!isRecord(plan) || !Array.isArray(plan["changes"]) || !Array.isArray(digests)) return false;
  const { changes } = plan;
  if (changes.length !== digests.length || !digests.every((one) => typeof one === "string")) return false;
  return changes.every(
    (change: unknown) =>
      isRecord(change) && typeof change["summary"] === "string" && Object.hasOwn(SIGNS, String(change["action"])),
  );
}

/** Throws a UserError that says in what they differ. */
export function refuseUnlike(path: string, file: PlanFile, now: Plan, tool: string): void {
  if (file.digest === digestOf(now)) return;
  const lines = differences(file, now);
  const shown =
    lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `${lines.length - MOST_LINES} more`] : lines;
  const program = file.tool === tool ? "" : `; it was made by version ${visible(file.tool)}, and this is ${tool}`;
  const head = `what there is to do is not what ${path} says${program}; nothing was done`;
  throw unfitPlan("plan-differs", [head, ...shown.map((line) => `  ${line}`)].join("\n"), path);
}

function differences(file: PlanFile, now: Plan): readonly string[] {
  const planned = file.plan.changes.map(({ action, summary }, index) => ({
    line: `${SIGNS[action]} ${visible(summary)}`,
    digest: file.digests[index],
  }));
  const present = stepsOf(now).map((step) => ({
    line: `${SIGNS[step.action]} ${visible(step.summary)}`,
    digest: digestOf(step),
  }));
  const has = (all: readonly { readonly line: string }[], line: string) => all.some((one) => one.line === line);
  const lines = [
    ...planned.filter(({ line }) => !has(present, line)).map(({ line }) => `no longer: ${line}`),
    ...present.filter(({ line }) => !has(planned, line)).map(({ line }) => `new: ${line}`),
    ...present
      .filter(({ line, digest }) => has(planned, line) && !planned.some((one) => one.digest === digest))
      .map(({ line }) => `with another content, reason or way back: ${line}`),
  ];
  return lines.length > 0 ? lines : ["the same steps, in another order or with other consequences"];
}

function printed(version: unknown): string {
  return typeof version === "number" ? String(version) : "?";
}

function unfit(path: string, what: string): UserError {
  return unfitPlan("plan-unusable", `${path}: ${what}; nothing was done`, path);
}

function unfitPlan(code: "plan-differs" | "plan-unusable", message: string, path: string): UserError {
  return userError(code, message, `sudo install-quadlets plan --out ${path}`);
}
