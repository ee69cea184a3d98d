// The command line of `vllm serve`: known flags with their types, parsed as argparse does, wrong ones end with exit code 2.

const flag = { kind: "flag" };
const text = { kind: "text" };
const list = { kind: "list" };
const int = (minimum = 1) => ({ kind: "int", minimum });
const number = (check, range) => ({ kind: "number", check, range });
const choice = (...values) => ({ kind: "choice", values });

/** Flags of v0.28 that a private service may set; anything else is an error, as in the real program. */
const FLAGS = {
  host: text,
  port: int(1),
  "uvicorn-log-level": choice("critical", "error", "warning", "info", "debug", "trace"),
  "root-path": text,
  uds: text,
  "api-key": list,
  "served-model-name": list,
  model: text,
  revision: text,
  tokenizer: text,
  "tokenizer-mode": text,
  "hf-token": text,
  "hf-config-path": text,
  "download-dir": text,
  "load-format": text,
  dtype: choice("auto", "half", "float16", "bfloat16", "float", "float32"),
  quantization: text,
  "config-format": text,
  "max-model-len": { kind: "size" },
  "max-num-seqs": int(),
  "max-num-batched-tokens": int(),
  "block-size": int(),
  seed: int(0),
  "swap-space": number((n) => n >= 0, ">= 0"),
  "gpu-memory-utilization": number((n) => n > 0 && n <= 1, "in (0, 1]"),
  "kv-cache-memory-bytes": { kind: "size" },
  "cpu-offload-gb": number((n) => n >= 0, ">= 0"),
  "kv-cache-dtype": text,
  "tensor-parallel-size": int(),
  "pipeline-parallel-size": int(),
  "data-parallel-size": int(),
  "distributed-executor-backend": choice("ray", "mp", "uni", "external_launcher"),
  "enable-prefix-caching": { kind: "boolean" },
  "enable-chunked-prefill": { kind: "boolean" },
  "enforce-eager": { kind: "boolean" },
  "trust-remote-code": { kind: "boolean" },
  "enable-auto-tool-choice": { kind: "boolean" },
  "tool-call-parser": text,
  "tool-parser-plugin": text,
  "reasoning-parser": text,
  "chat-template": text,
  "generation-config": text,
  "chat-template-content-format": choice("auto", "string", "openai"),
  "limit-mm-per-prompt": text,
  "allowed-media-domains": list,
  "allowed-origins": text,
  "compilation-config": text,
  "enable-lora": { kind: "boolean" },
  "max-loras": int(),
  "max-lora-rank": int(),
  "lora-modules": list,
  "speculative-config": text,
  "attention-backend": text,
  "async-scheduling": { kind: "boolean" },
  "enable-request-id-headers": flag,
  "disable-fastapi-docs": flag,
  "enable-offline-docs": flag,
  "disable-log-stats": flag,
  "enable-log-requests": { kind: "boolean" },
  "disable-uvicorn-access-log": flag,
  "disable-access-log-for-endpoints": text,
  "max-log-len": int(0),
  "otlp-traces-endpoint": text,
  "otlp-metrics-endpoint": text,
  "collect-detailed-traces": list,
  "show-hidden-metrics-for-version": text,
  "ssl-keyfile": text,
  "ssl-certfile": text,
  "api-server-count": int(),
  "enable-sleep-mode": { kind: "boolean" },
  "scheduling-policy": choice("fcfs", "priority"),
  "stream-interval": int(),
  "language-model-only": flag,
  runner: choice("auto", "generate", "pooling", "draft"),
  convert: text,
  "hf-overrides": text,
  "override-generation-config": text,
  task: undefined,
};
const SHORT = {
  tp: "tensor-parallel-size",
  pp: "pipeline-parallel-size",
  dp: "data-parallel-size",
  q: "quantization",
  O: "compilation-config",
};

export class UsageError extends Error {}
const fail = (message) => {
  throw new UsageError(message);
};

function convert(name, spec, value) {
  const bad = (kind) => fail(`argument --${name}: invalid ${kind} value: '${value}'`);
  switch (spec.kind) {
    case "int":
      return /^-?\d+$/.test(value) && Number(value) >= spec.minimum ? Number(value) : bad("int");
    case "size": {
      const [, digits, unit] = /^(\d+(?:\.\d+)?)([kKmMgGtT]?)$/.exec(value) ?? [];
      if (digits === undefined && !(name === "max-model-len" && ["auto", "-1"].includes(value)))
        bad("human_readable_int");
      return digits === undefined ? value : Number(digits) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " ");
    }
    case "number":
      if (value.trim() === "" || Number.isNaN(Number(value))) bad("float");
      return spec.check(Number(value)) ? Number(value) : fail(`argument --${name}: ${value} is not ${spec.range}`);
    case "choice":
      return spec.values.includes(value)
        ? value
        : fail(`argument --${name}: invalid choice: '${value}' (choose from ${spec.values.join(", ")})`);
    default:
      return value;
  }
}

/** Model and options of the arguments after `vllm serve`. */
export function parseServe(args) {
  const options = {};
  const positional = [];
  const unknown = [];
  const rest = [...args];
  while (rest.length) {
    const word = rest.shift();
    if (!/^-[-\w]/.test(word) || /^-\d/.test(word)) {
      if (positional.length) unknown.push(word);
      else positional.push(word);
      continue;
    }
    const [head, inline] = word.split(/=(.*)/s);
    let name = head.startsWith("--") ? head.slice(2).replaceAll("_", "-") : SHORT[head.slice(1)];
    let negated = false;
    if (!FLAGS[name] && name?.startsWith("no-") && FLAGS[name.slice(3)]?.kind === "boolean")
      [name, negated] = [name.slice(3), true];
    const spec = FLAGS[name];
    if (!spec) {
      unknown.push(word);
      while (rest.length && !rest[0].startsWith("-")) unknown.push(rest.shift());
    } else if (spec.kind === "flag" || spec.kind === "boolean") {
      if (inline !== undefined) fail(`argument --${name}: ignored explicit argument '${inline}'`);
      options[name] = !negated;
    } else if (spec.kind === "list") {
      const values = inline === undefined ? [] : [inline];
      while (inline === undefined && rest.length && !/^--?[a-z]/.test(rest[0])) values.push(rest.shift());
      if (!values.length) fail(`argument --${name}: expected at least one argument`);
      options[name] = values;
    } else {
      const value = inline ?? rest.shift();
      if (value === undefined || (inline === undefined && /^--[a-z]/.test(value)))
        fail(`argument --${name}: expected one argument`);
      options[name] = convert(name, spec, value);
    }
  }
  if (unknown.length) fail(`unrecognized arguments: ${unknown.join(" ")}`);
  return { model: positional[0] ?? options.model, deprecatedModelFlag: options.model !== undefined, options };
}
