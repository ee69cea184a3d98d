/** In which order a backup and a restore go about the shipped services, and what is left alone. */
import { describe, expect, test } from "vitest";
import { type BackupStep, planBackup, planRestore, type RestoreStep } from "../../src/backup/plan.ts";
import type { IndexedBackup } from "../../src/model/backup.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite } from "../render/support.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { indexOf } from "./support.ts";

useSmallKeys();

const text = renderSite().files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const shipped = JSON.parse(text) as ServiceIndex;

function one(name: string): IndexedService & { readonly backup: IndexedBackup } {
  return shipped.services.find((service) => service.name === name) as IndexedService & {
    readonly backup: IndexedBackup;
  };
}

const all = (service: IndexedService, without: readonly string[] = []): ReadonlySet<string> =>
  new Set(service.units.map(({ unit }) => unit).filter((unit) => !without.includes(unit)));

function words(steps: readonly RestoreStep[]): readonly string[] {
  const short = (unit: string) => unit.replace(/\.service$/, "").replace(/^opik-/, "");
  return steps.map((step: RestoreStep | BackupStep) => {
    if (step.kind === "stop" || step.kind === "start") return `${step.kind} ${step.units.map(short).join(" ")}`;
    if (step.kind === "count") return `count ${step.names.join(" ")}`;
    return "part" in step ? `${step.kind} ${step.part.name}` : step.kind;
  });
}

describe("a backup", () => {
  test("Opik: the writers, the counts, the stores, the copies, and everything runs again", () => {
    const opik = one("opik");
    expect(words(planBackup(opik, opik.backup, all(opik)))).toEqual([
      "secrets",
      "stop frontend python-backend backend minio-init",
      "count projects traces spans",
      "stop minio clickhouse zookeeper redis mysql",
      "part mysql",
      "part redis",
      "part zookeeper",
      "part clickhouse",
      "part minio",
      "start pod mysql redis zookeeper clickhouse minio minio-init backend python-backend frontend",
    ]);
  });

  test("Opik: what did not run is not started, and not asked", () => {
    const opik = one("opik");
    const ran = all(opik, ["opik-frontend.service", "opik-clickhouse.service", "opik-minio-init.service"]);
    expect(words(planBackup(opik, opik.backup, ran))).toEqual([
      "secrets",
      "stop python-backend backend",
      "count projects",
      "stop minio zookeeper redis mysql",
      ...["mysql", "redis", "zookeeper", "clickhouse", "minio"].map((part) => `part ${part}`),
      "start pod mysql redis zookeeper minio backend python-backend",
    ]);
    expect(words(planBackup(opik, opik.backup, new Set()))).toEqual([
      "secrets",
      ...["mysql", "redis", "zookeeper", "clickhouse", "minio"].map((part) => `part ${part}`),
    ]);
  });

  test("Open WebUI", () => {
    const webui = one("open-webui");
    expect(words(planBackup(webui, webui.backup, all(webui)))).toEqual([
      "secrets",
      "count users chats",
      "stop open-webui",
      "part data",
      "start open-webui",
    ]);
  });

  test("every shipped service that keeps anything says what of it are data", () => {
    expect(
      shipped.services.map(({ name, backup }) => `${name}: ${backup?.parts.map((part) => part.name) ?? "?"}`),
    ).toEqual([
      "nginx-proxy: ?",
      "dnsmasq: ",
      "vllm-qwen: ",
      "open-webui: data",
      "opik: mysql,redis,zookeeper,clickhouse,minio",
    ]);
    // What is made of a password changes with it.
    expect(one("opik").backup.secrets.map((name) => name.slice("opik-".length))).toEqual(
      "mysql-root mysql clickhouse minio minio-host redis redis-conf redis-url redis-worker-url encryption-key".split(
        " ",
      ),
    );
  });

  test("sockets stop before what they would start again", () => {
    const { services } = indexOf({
      front: `
description: front
account: { user: front-user, home: /var/lib/front }
directories: [{ path: data }]
ports: { web: { host: 8081, container: 8081, bind: [tailnet], socket: true } }
containers: { front: { image: "docker.io/lab/front:1", mounts: [{ source: data, target: /data }], listens: [8999] } }
backup: { parts: { data: { directory: data } } }
`,
    });
    const [front] = services;
    if (front?.backup === undefined) return expect.unreachable();
    expect(words(planBackup(front, front.backup, all(front)))).toEqual([
      "stop front-web.socket front",
      "part data",
      "start front-web.socket front",
    ]);
  });
});

describe("a restore", () => {
  test("Opik: everything stops, all is put aside, secrets, data, start, counts", () => {
    const opik = one("opik");
    const parts = ["mysql", "redis", "zookeeper", "clickhouse", "minio"];
    const every = "pod mysql redis zookeeper clickhouse minio minio-init backend python-backend frontend";
    expect(words(planRestore(opik, opik.backup, all(opik)))).toEqual([
      `stop ${every.split(" ").toReversed().join(" ")}`,
      ...parts.map((part) => `aside ${part}`),
      "secrets",
      ...parts.map((part) => `part ${part}`),
      `start ${every}`,
      "count projects traces spans",
    ]);
    expect(words(planRestore(opik, opik.backup, new Set()))).toEqual([
      ...parts.map((part) => `aside ${part}`),
      "secrets",
      ...parts.map((part) => `part ${part}`),
    ]);
  });
});
