// What the stand-in takes as Jaeger's configuration: every key known, every value of its kind, and no name that nothing has.

const text = (value) => typeof value === "string" && value !== "";
const flag = (value) => typeof value === "boolean";
const none = (value) => value === null || value === undefined;
const address = (value) => /^(\d+\.){3}\d+:\d+$/.test(value);
const duration = (value) => /^\d+(s|m|h)$/.test(value);
const one =
  (...values) =>
  (value) =>
    values.includes(value);

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

/** `need` is told of each fault. */
export function checkConfig(config, need) {
  check(config, SHAPE, "", need);
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

function check(value, shape, path, need) {
  if (typeof shape === "function") {
    need(shape(value), `${path}: ${JSON.stringify(value)} is not of the kind that belongs there`);
  } else if (Array.isArray(shape)) {
    if (!need(Array.isArray(value), `${path} is no list`)) return;
    for (const [index, entry] of value.entries()) check(entry, shape[0], `${path}[${index}]`, need);
  } else {
    if (!need(value !== null && typeof value === "object", `${path} is no mapping`)) return;
    const known = (key) => shape[key] ?? shape["*"];
    for (const [key, entry] of Object.entries(value))
      if (need(known(key) !== undefined, `${path} has invalid keys: ${key}`))
        check(entry, known(key), path === "" ? key : `${path}.${key}`, need);
    for (const key of Object.keys(shape)) if (key !== "*") need(Object.hasOwn(value, key), `${path}.${key} is missing`);
  }
}
