/** Names that people bring along from compose files, `podman run`, Kubernetes and systemd, and what quadlet calls it. */

/** A key of the same section, or (with a space or a bracket in it) a whole hint. */
const container: Readonly<Record<string, string>> = {
  annotations: "Annotation",
  args: "Exec",
  capadd: "AddCapability",
  capdrop: "DropCapability",
  capabilities: "AddCapability",
  cmd: "Exec",
  command: "Exec",
  cpus: "write PodmanArgs=--cpus=..., or CPUQuota= in [Service]",
  cpuset: "write PodmanArgs=--cpuset-cpus=...",
  cpusetcpus: "write PodmanArgs=--cpuset-cpus=...",
  dependson: "write After= and Requires= in [Unit], with the generated .service",
  device: "AddDevice",
  devices: "AddDevice",
  adddevices: "AddDevice",
  dnsopt: "DNSOption",
  dnsoptions: "DNSOption",
  env: "Environment",
  envfile: "EnvironmentFile",
  envhost: "EnvironmentHost",
  environmentfiles: "EnvironmentFile",
  environments: "Environment",
  execstart: "Exec",
  expose: "ExposeHostPort",
  extrahosts: "AddHost",
  gpu: "write AddDevice=nvidia.com/gpu=all",
  gpus: "write AddDevice=nvidia.com/gpu=all",
  healthcheck: "HealthCmd",
  healthcheckcmd: "HealthCmd",
  healthcheckcommand: "HealthCmd",
  healthcheckinterval: "HealthInterval",
  healthcheckretries: "HealthRetries",
  healthcheckstartperiod: "HealthStartPeriod",
  healthchecktimeout: "HealthTimeout",
  healthcommand: "HealthCmd",
  healthtest: "HealthCmd",
  hosts: "AddHost",
  imagepullpolicy: "Pull",
  init: "RunInit",
  interactive: "write PodmanArgs=--interactive",
  ipc: "write PodmanArgs=--ipc=...",
  ipaddress: "IP",
  labels: "Label",
  links: "put both into one .network: containers find each other by name there",
  logopts: "LogOpt",
  logging: "LogDriver",
  memorylimit: "Memory",
  memlimit: "Memory",
  memorymax: "write Memory= here, or MemoryMax= in [Service]",
  memoryswap: "write PodmanArgs=--memory-swap=...",
  mounts: "Mount",
  name: "ContainerName",
  networks: "Network",
  networkmode: "Network",
  pid: "write PodmanArgs=--pid=...",
  platform: "write PodmanArgs=--platform=...",
  port: "PublishPort",
  ports: "PublishPort",
  publish: "PublishPort",
  publishports: "PublishPort",
  privileged: "write PodmanArgs=--privileged, or better only what it needs: AddCapability=, AddDevice=",
  pullpolicy: "Pull",
  readonlyrootfs: "ReadOnly",
  readonlyrootfilesystem: "ReadOnly",
  restartpolicy: "write Restart= in [Service]",
  runtime: "write GlobalArgs=--runtime=...",
  secrets: "Secret",
  securitylabel: "write SecurityLabelDisable=true, or SecurityLabelType=",
  securityopt: "write NoNewPrivileges=true, SeccompProfile= and the like, or PodmanArgs=--security-opt=...",
  stopgraceperiod: "StopTimeout",
  stdinopen: "write PodmanArgs=--interactive",
  sysctls: "Sysctl",
  tty: "write PodmanArgs=--tty",
  tz: "Timezone",
  ulimits: "Ulimit",
  userns: "UserNS",
  usernsmode: "UserNS",
  volumes: "Volume",
  workdir: "WorkingDir",
  workingdirectory: "WorkingDir",
};

const named = (key: string): Readonly<Record<string, string>> => ({ name: key, labels: "Label", args: "PodmanArgs" });

const foreign: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Container: container,
  Pod: {
    ...named("PodName"),
    ...Object.fromEntries(["port", "ports", "publish", "publishports"].map((name) => [name, "PublishPort"])),
    extrahosts: "AddHost",
    networks: "Network",
    userns: "UserNS",
    volumes: "Volume",
  },
  Network: { ...named("NetworkName"), subnets: "Subnet", opt: "Options", options: "Options", dnsservers: "DNS" },
  Volume: { ...named("VolumeName"), opt: "Options", mountoptions: "Options", path: "Device" },
  Image: { ...named("Image"), tag: "ImageTag", pull: "Policy", pullpolicy: "Policy", platform: "write OS= and Arch=" },
  Build: {
    buildargs: "BuildArg",
    args: "BuildArg",
    buildcontext: "SetWorkingDirectory",
    context: "SetWorkingDirectory",
    containerfile: "File",
    dockerfile: "File",
    imagename: "ImageTag",
    labels: "Label",
    name: "ImageTag",
    tag: "ImageTag",
    workingdirectory: "SetWorkingDirectory",
  },
  Kube: {
    ...named("Yaml"),
    configmaps: "ConfigMap",
    file: "Yaml",
    path: "Yaml",
    ports: "PublishPort",
    yamlfile: "Yaml",
  },
  Artifact: { ...named("Artifact"), image: "Artifact" },
};

/** For the key in lower case, without "-" and "_". */
export function foreignKey(section: string, key: string): string | undefined {
  const table = Object.hasOwn(foreign, section) ? (foreign[section] ?? {}) : {};
  const plain = key.toLowerCase().replace(/[-_]/g, "");
  return Object.hasOwn(table, plain) ? table[plain] : undefined;
}

/** Keys of systemd that end up in a quadlet section by mistake. */
const systemd: Readonly<Record<string, string>> = {
  Unit: "After Before BindsTo Conflicts Description Documentation OnFailure OnSuccess PartOf Requires RequiresMountsFor Requisite StartLimitBurst StartLimitIntervalSec Upholds Wants ConditionPathExists AssertPathExists",
  Service:
    "Restart RestartSec RestartSteps RestartMaxDelaySec TimeoutStartSec TimeoutStopSec TimeoutSec ExecStartPre ExecStartPost ExecStop ExecStopPost ExecReload RemainAfterExit Slice Type KillMode KillSignal Nice CPUQuota CPUWeight MemoryMax MemoryHigh TasksMax LimitNOFILE LimitMEMLOCK OOMScoreAdjust WatchdogSec SuccessExitStatus Delegate SyslogIdentifier StandardOutput StandardError RuntimeMaxSec",
  Install: "WantedBy RequiredBy UpheldBy Alias DefaultInstance",
};

export function systemdSection(key: string): string | undefined {
  return Object.keys(systemd).find((section) => systemd[section]?.split(" ").includes(key));
}
