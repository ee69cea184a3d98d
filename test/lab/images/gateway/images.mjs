// The images of the gateway and of the engines beside it: only labs that ask for them have them (LAB_MORE_IMAGES=gateway).
// `files`, `dirs` as in ../images.mjs.
import { PATH, ports, volumes } from "../image-parts.mjs";

const nobody = { name: "nobody", uid: 65534, gid: 65534, home: "/app", group: "nogroup" };

export const images = [
  {
    name: "docker.io/library/postgres:18.6",
    kind: "real postgresql",
    layers: ["postgres"],
    users: [{ name: "postgres", uid: 999, gid: 999, home: "/var/lib/postgresql" }],
    files: {
      "usr/local/bin/docker-entrypoint.sh": "gateway/postgres/docker-entrypoint.sh",
      "usr/local/bin/gosu": "files/common/gosu",
    },
    dirs: {
      "docker-entrypoint-initdb.d": {},
      "var/lib/postgresql": { owner: "999:999", mode: 0o1777 },
      "run/postgresql": { owner: "999:999", mode: 0o3777 },
    },
    config: {
      Env: [
        `${PATH}:/usr/lib/postgresql/18/bin`,
        // The real one has en_US.utf8, for which this one has no locales.
        "LANG=C.UTF-8",
        "PG_MAJOR=18",
        "PG_VERSION=18.6-3",
        "PGDATA=/var/lib/postgresql/18/docker",
      ],
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["postgres"],
      WorkingDir: "/",
      Volumes: volumes("/var/lib/postgresql"),
      ExposedPorts: ports(5432),
      StopSignal: "SIGINT",
    },
  },
  ...["server-cuda-b11243", "server-b11243"].map((tag) => ({
    name: `ghcr.io/ggml-org/llama.cpp:${tag}`,
    kind: "real llama-server",
    layers: ["llama"],
    files: {
      "opt/lab/llama-server.sh": "gateway/llama-cpp/llama-server.sh",
      "opt/lab/model.gguf": { built: "sets/model/model.gguf" },
    },
    links: { "app/llama-server": "/opt/lab/llama-server.sh" },
    config: {
      Env: [PATH, "LLAMA_ARG_HOST=0.0.0.0", `LAB_GPU=${tag.includes("cuda") ? 1 : ""}`],
      Entrypoint: ["/app/llama-server"],
      WorkingDir: "/app",
      ExposedPorts: ports(8080),
    },
  })),
  {
    name: "ghcr.io/berriai/litellm-non_root:1.108.17",
    kind: "stand-in",
    layers: ["node", "yaml"],
    users: [nobody],
    files: {
      "opt/lab/litellm.mjs": { bundle: "gateway/litellm/litellm.mjs" },
      "app/docker/prod_entrypoint.sh": "gateway/litellm/prod_entrypoint.sh",
    },
    config: {
      Env: [PATH, "HOME=/app"],
      Entrypoint: ["/app/docker/prod_entrypoint.sh"],
      Cmd: ["--port", "4000"],
      User: "nobody",
      WorkingDir: "/app",
      ExposedPorts: ports(4000),
    },
  },
  {
    name: "docker.io/ollama/ollama:0.35.0",
    kind: "stand-in",
    layers: ["node"],
    files: {
      "opt/lab/ollama.mjs": { bundle: "gateway/ollama/ollama.mjs" },
      "usr/bin/ollama": { text: '#!/bin/sh\nexec node /opt/lab/ollama.mjs "$@"\n' },
    },
    config: {
      Env: [
        PATH,
        "OLLAMA_HOST=0.0.0.0:11434",
        "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
        "NVIDIA_VISIBLE_DEVICES=all",
      ],
      Entrypoint: ["/bin/ollama"],
      Cmd: ["serve"],
      WorkingDir: "/",
      ExposedPorts: ports(11434),
    },
  },
  {
    name: "docker.io/searxng/searxng:2026.3.25-541c6c3cb",
    kind: "stand-in",
    layers: ["node", "yaml"],
    busybox: ["wget"],
    users: [{ name: "searxng", uid: 977, gid: 977, home: "/usr/local/searxng", group: "searxng" }],
    files: {
      "opt/lab/searxng.mjs": { bundle: "gateway/searxng/searxng.mjs" },
      "usr/local/searxng/entrypoint.sh": { text: "#!/bin/sh\nexec node /opt/lab/searxng.mjs\n" },
    },
    dirs: { "etc/searxng": { owner: "977:977" }, "var/cache/searxng": { owner: "977:977" } },
    config: {
      Env: [PATH, "SEARXNG_SETTINGS_PATH=/etc/searxng/settings.yml", "GRANIAN_HOST=::", "GRANIAN_PORT=8080"],
      Entrypoint: ["/usr/local/searxng/entrypoint.sh"],
      User: "searxng:searxng",
      WorkingDir: "/usr/local/searxng",
      Volumes: volumes("/etc/searxng", "/var/cache/searxng"),
      ExposedPorts: ports(8080),
    },
  },
];
