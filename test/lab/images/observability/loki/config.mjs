// What the stand-in takes as Loki's configuration: every key known, and every value of the kind that the real one wants.
import { parse } from "yaml";

const text = (value) => typeof value === "string" && value !== "";
const count = (value) => Number.isInteger(value) && value > 0;
const flag = (value) => typeof value === "boolean";
const duration = (value) => /^\d+(s|m|h|d|w)$/.test(String(value));
const one =
  (...values) =>
  (value) =>
    values.includes(value);

const SHAPE = {
  auth_enabled: flag,
  server: { http_listen_port: count, grpc_listen_port: count, log_level: one("debug", "info", "warn", "error") },
  common: {
    instance_addr: text,
    path_prefix: text,
    storage: { filesystem: { chunks_directory: text, rules_directory: text } },
    replication_factor: count,
    ring: { kvstore: { store: one("inmemory", "memberlist", "consul", "etcd") } },
  },
  schema_config: {
    configs: [
      {
        from: (value) => /^\d{4}-\d\d-\d\d$/.test(value),
        store: one("tsdb"),
        object_store: one("filesystem"),
        schema: one("v13"),
        index: { prefix: text, period: one("24h") },
      },
    ],
  },
  compactor: { working_directory: text, retention_enabled: flag, delete_request_store: one("filesystem") },
  limits_config: { retention_period: duration, ingestion_rate_mb: count, ingestion_burst_size_mb: count },
  analytics: { reporting_enabled: flag },
};

/** The configuration; `need` is told of each fault. */
export function readConfig(file, need) {
  const config = parse(file) ?? {};
  check(config, SHAPE, "", need);
  need(
    config.compactor?.retention_enabled !== true || config.compactor.delete_request_store !== undefined,
    "compactor.delete_request_store is required when retention is enabled",
  );
  return config;
}

function check(value, shape, path, need) {
  if (typeof shape === "function") {
    need(shape(value), `${path}: ${JSON.stringify(value)} is not of the kind that belongs there`);
  } else if (Array.isArray(shape)) {
    if (!need(Array.isArray(value), `${path} is no list`)) return;
    for (const [index, entry] of value.entries()) check(entry, shape[0], `${path}[${index}]`, need);
  } else {
    if (!need(value !== null && typeof value === "object", `${path} is no mapping`)) return;
    for (const [key, entry] of Object.entries(value)) {
      const name = path === "" ? key : `${path}.${key}`;
      if (need(shape[key] !== undefined, `field ${name} not found in type config`))
        check(entry, shape[key], name, need);
    }
  }
}
