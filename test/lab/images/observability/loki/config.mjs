// What the stand-in takes as Loki's configuration: every key known, and every value of the kind that the real one wants.
import { parse } from "yaml";
import { checkShape, flag, one, text } from "../../lib/shape.mjs";

const count = (value) => Number.isInteger(value) && value > 0;
const bytes = (value) => /^\d+(\.\d+)? ?[KMG]?B$/i.test(String(value));
const duration = (value) => /^\d+(s|m|h|d|w)$/.test(String(value));

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
  ingester: { wal: { replay_memory_ceiling: bytes } },
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
  checkShape(config, SHAPE, need, { unknown: (_path, name) => `field ${name} not found in type config` });
  need(
    config.compactor?.retention_enabled !== true || config.compactor.delete_request_store !== undefined,
    "compactor.delete_request_store is required when retention is enabled",
  );
  return config;
}
