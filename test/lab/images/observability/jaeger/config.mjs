// What the stand-in takes as Jaeger's configuration: every key known, every value of its kind, and no name that nothing has.
import { checkShape, flag, one, text } from "../../lib/shape.mjs";

const none = (value) => value === null || value === undefined;
const address = (value) => /^(\d+\.){3}\d+:\d+$/.test(value);
const duration = (value) => /^\d+(s|m|h)$/.test(value);

const SHAPE = {
  service: {
    extensions: [text],
    pipelines: { traces: { receivers: [text], processors: [text], exporters: [text] } },
    telemetry: {
      logs: { level: one("debug", "info", "warn", "error") },
      metrics: {
        level: one("none", "basic", "normal", "detailed"),
        readers: [{ pull: { exporter: { prometheus: { host: text, port: Number.isInteger } } } }],
      },
    },
  },
  extensions: {
    healthcheckv2: { use_v2: flag, http: { endpoint: address, status: { enabled: flag, path: text } } },
    jaeger_query: { storage: { traces: text }, http: { endpoint: address }, grpc: { endpoint: address } },
    jaeger_storage: {
      backends: {
        "*": {
          badger: {
            directories: { keys: text, values: text },
            ephemeral: one(false),
            ttl: { spans: duration },
          },
        },
      },
    },
  },
  receivers: { otlp: { protocols: { grpc: { endpoint: address }, http: { endpoint: address } } } },
  processors: { batch: none },
  exporters: { jaeger_storage_exporter: { trace_storage: text } },
};

const WORDS = { unknown: (path, _name, key) => `${path} has invalid keys: ${key}`, isWhole: true };

/** `need` is told of each fault. */
export function checkConfig(config, need) {
  checkShape(config, SHAPE, need, WORDS);
  const { service = {}, extensions = {}, exporters = {} } = config;
  const { traces = {} } = service.pipelines ?? {};
  const known = (names, section, what) => {
    for (const name of names ?? []) need(Object.hasOwn(section ?? {}, name), `${what} ${name} is not configured`);
  };
  known(service.extensions, extensions, "extension");
  for (const kind of ["receivers", "processors", "exporters"]) known(traces[kind], config[kind], kind.slice(0, -1));
  const stores = extensions.jaeger_storage?.backends;
  known([extensions.jaeger_query?.storage?.traces], stores, "storage");
  known([exporters.jaeger_storage_exporter?.trace_storage], stores, "storage");
}
