/** What each command of the five programs may change: a line of its help. */
type Effect =
  | "read-only"
  | "read-only, but for a file that is named"
  | "changes this host, after a question"
  | "changes this host"
  | "starts and stops services"
  | "writes a file that is named"
  | "whatever is typed there";

const READS = "read-only";
const NAMED = "read-only, but for a file that is named";
const ASKS = "changes this host, after a question";

const INSTALL: Readonly<Record<string, Effect>> = {
  "": ASKS,
  plan: NAMED,
  apply: ASKS,
  update: ASKS,
  reinstall: ASKS,
  verify: READS,
  render: "writes a file that is named",
  eject: "writes a file that is named",
  adopt: ASKS,
  "ca show": READS,
  "ca rotate": ASKS,
  renew: "changes this host",
  idle: "starts and stops services",
  metrics: "changes this host",
  history: READS,
  diff: READS,
  rollback: ASKS,
  backup: "starts and stops services",
  restore: ASKS,
  backups: READS,
  "secrets list": READS,
  "secrets show": READS,
  "secrets rotate": ASKS,
  "secrets set": ASKS,
  "secrets unset": ASKS,
  "secrets import": ASKS,
  ports: READS,
  uninstall: ASKS,
  check: NAMED,
  init: "writes a file that is named",
  doctor: NAMED,
  fit: READS,
  completion: READS,
  help: READS,
};

/** Of every program that looks after one service. */
const APP: Readonly<Record<string, Effect>> = {
  status: READS,
  health: READS,
  logs: READS,
  follow: READS,
  restart: "starts and stops services",
  credentials: READS,
  completion: READS,
};

const EFFECTS: Readonly<Record<string, Readonly<Record<string, Effect>>>> = {
  "install-quadlets": INSTALL,
  svc: {
    list: READS,
    status: READS,
    top: READS,
    // A key restarts what is looked at, after a question.
    dash: "starts and stops services",
    alerts: READS,
    start: "starts and stops services",
    stop: "starts and stops services",
    restart: "starts and stops services",
    reload: "starts and stops services",
    logs: READS,
    exec: "whatever is typed there",
    shell: "whatever is typed there",
    open: READS,
    where: READS,
    versions: READS,
    pull: "changes this host",
    update: ASKS,
    client: READS,
    completion: READS,
  },
  "vllm-manage": {
    ...APP,
    "models list": READS,
    "models pull": "changes this host",
    "models remove": "changes this host",
    "models suggest": ASKS,
    "key show": READS,
    "key rotate": ASKS,
    reconfigure: ASKS,
    bench: READS,
    fit: READS,
    free: READS,
    gpu: READS,
  },
  "opik-manage": {
    ...APP,
    backup: "starts and stops services",
    restore: ASKS,
    upgrade: ASKS,
    reinstall: ASKS,
    "mysql-shell": "whatever is typed there",
    "clickhouse-shell": "whatever is typed there",
    "redis-cli": "whatever is typed there",
    "minio-console": READS,
  },
  "gateway-manage": {
    ...APP,
    "models list": READS,
    "models remove": ASKS,
    "models suggest": ASKS,
    usage: READS,
    tail: READS,
    analyze: READS,
    compare: READS,
    load: READS,
    test: READS,
    "cache stats": READS,
    "cache keys": READS,
    "cache watch": READS,
    "cache flush": ASKS,
    "key list": READS,
    "key show": READS,
    "key create": ASKS,
    "key rotate": ASKS,
    "key revoke": ASKS,
  },
};

export function effectOf(program: string, path: string): string | undefined {
  const effects = EFFECTS[program] ?? {};
  return Object.hasOwn(effects, path) ? effects[path] : undefined;
}

/** The flag with which a file is named that one of the read-only commands writes. */
const NAMES: Readonly<Record<string, string>> = { plan: "out", check: "fix", doctor: "bundle" };

/** Of what changes the host, that which looks first on its own: whoever changes something holds signals before. */
const LOOK_FIRST = ["rollback", "secrets rotate", "secrets set", "secrets unset", "secrets import"];

export function looksFirst(program: string, path: string): boolean {
  return program === "install-quadlets" && LOOK_FIRST.includes(path);
}

/** Undefined for what may change the host; `flag`: with it a file is written, too. */
export function looks(program: string, path: string): { readonly flag: string | undefined } | undefined {
  const effect = effectOf(program, path);
  if (effect === READS) return { flag: undefined };
  return effect === NAMED ? { flag: NAMES[path] } : undefined;
}
