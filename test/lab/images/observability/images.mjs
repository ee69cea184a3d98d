// The images of what watches the rest: only labs that ask for them have them (LAB_MORE_IMAGES=observability). `files`, `dirs` as in
// ../images.mjs.
import { ALPINE, PATH, ports, volumes } from "../image-parts.mjs";

/** A stand-in as one file, with a word for it on the PATH. */
const standIn = (name, word) => ({
  [`opt/lab/${name}.mjs`]: { bundle: `observability/${name}/${name}.mjs` },
  [word]: { text: `#!/bin/sh\nexec node /opt/lab/${name}.mjs "$@"\n` },
});

export const images = [
  {
    name: "docker.io/prom/prometheus:v3.15.0",
    kind: "real prometheus",
    layers: ["prometheus"],
    busybox: ALPINE,
    dirs: { prometheus: { owner: "65534:65534" }, "etc/prometheus": {} },
    config: {
      Env: [PATH],
      Entrypoint: ["/bin/prometheus"],
      Cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      User: "nobody",
      WorkingDir: "/prometheus",
      Volumes: volumes("/prometheus"),
      ExposedPorts: ports(9090),
    },
  },
  {
    name: "docker.io/prom/alertmanager:v0.34.1",
    kind: "real alertmanager",
    layers: ["alertmanager"],
    busybox: ALPINE,
    links: { "usr/bin/alertmanager": "prometheus-alertmanager" },
    dirs: { alertmanager: { owner: "65534:65534" }, "etc/alertmanager": {} },
    config: {
      Env: [PATH],
      Entrypoint: ["/bin/alertmanager"],
      Cmd: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
      User: "nobody",
      WorkingDir: "/alertmanager",
      Volumes: volumes("/alertmanager"),
      ExposedPorts: ports(9093),
    },
  },
  {
    name: "docker.io/prom/node-exporter:v1.11.1",
    kind: "real node-exporter",
    layers: ["node-exporter"],
    busybox: ALPINE,
    links: { "usr/bin/node_exporter": "prometheus-node-exporter" },
    config: { Env: [PATH], Entrypoint: ["/bin/node_exporter"], User: "nobody", ExposedPorts: ports(9100) },
  },
  {
    name: "docker.io/nginx/nginx-prometheus-exporter:1.5.3",
    kind: "real nginx-prometheus-exporter",
    layers: ["nginx-exporter"],
    links: { "usr/bin/nginx-prometheus-exporter": "prometheus-nginx-exporter" },
    config: {
      Env: [PATH],
      Entrypoint: ["/usr/bin/nginx-prometheus-exporter"],
      User: "1001:1001",
      ExposedPorts: ports(9113),
    },
  },
  {
    name: "docker.io/grafana/grafana:13.2.3",
    kind: "stand-in",
    layers: ["node"],
    busybox: ALPINE,
    users: [{ name: "grafana", uid: 472, gid: 0, home: "/usr/share/grafana", group: "root" }],
    files: {
      ...standIn("grafana", "usr/bin/grafana"),
      "run.sh": { text: "#!/bin/sh\nexec grafana server\n" },
    },
    dirs: {
      "usr/share/grafana": {},
      "etc/grafana/provisioning": { owner: "472:0" },
      "var/lib/grafana": { owner: "472:0", mode: 0o777 },
      "var/log/grafana": { owner: "472:0", mode: 0o777 },
    },
    config: {
      Env: [PATH, "GF_PATHS_PROVISIONING=/etc/grafana/provisioning", "GF_PATHS_DATA=/var/lib/grafana"],
      Entrypoint: ["/run.sh"],
      User: "472",
      WorkingDir: "/usr/share/grafana",
      ExposedPorts: ports(3000),
    },
  },
  {
    name: "docker.io/grafana/loki:3.7.8",
    kind: "stand-in",
    layers: ["node"],
    users: [{ name: "loki", uid: 10001, gid: 10001, home: "/loki" }],
    files: standIn("loki", "usr/bin/loki"),
    dirs: { loki: { owner: "10001:10001" }, "etc/loki": {} },
    config: {
      Env: [PATH],
      Entrypoint: ["/usr/bin/loki"],
      Cmd: ["-config.file=/etc/loki/local-config.yaml"],
      User: "10001",
      WorkingDir: "/",
      ExposedPorts: ports(3100),
    },
  },
  {
    name: "docker.io/grafana/alloy:v1.19.2",
    kind: "stand-in",
    layers: ["node", "journal"],
    files: standIn("alloy", "usr/bin/alloy"),
    dirs: { "var/lib/alloy/data": {}, "etc/alloy": {} },
    config: {
      Env: [PATH],
      Entrypoint: ["/bin/alloy"],
      Cmd: ["run", "/etc/alloy/config.alloy", "--storage.path=/var/lib/alloy/data"],
      WorkingDir: "/",
    },
  },
  {
    name: "docker.io/arizephoenix/phoenix:version-20.3.0-nonroot",
    kind: "stand-in",
    layers: ["node"],
    users: [{ name: "nonroot", uid: 65532, gid: 65532, home: "/home/nonroot" }],
    files: standIn("phoenix", "usr/bin/python3"),
    config: {
      Env: [PATH],
      Entrypoint: ["/usr/bin/python3"],
      Cmd: ["-m", "phoenix.server.main", "serve"],
      User: "65532",
      WorkingDir: "/phoenix",
      ExposedPorts: ports(6006, 4317, 9090),
    },
  },
  {
    name: "docker.io/utkuozdemir/nvidia_gpu_exporter:1.14.0-nvml",
    kind: "stand-in",
    layers: ["node"],
    files: standIn("gpu-exporter", "usr/bin/nvidia_gpu_exporter"),
    config: {
      Env: [PATH, "NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=utility"],
      Entrypoint: ["/usr/bin/nvidia_gpu_exporter"],
      ExposedPorts: ports(9835),
    },
  },
];
