/** A small desired state to gather facts for. */

import type { DesiredCertificate } from "../../src/model/desired-certificate.ts";
import type { AbsolutePath, Address, ServiceName, UnitName, UserName } from "../../src/model/names.ts";
import type { DesiredAccount, DesiredState, DesiredUnit } from "../../src/model/resource.ts";

const service = "vllm" as ServiceName;
const user = "vllm-user" as UserName;
const owner = { uid: 0, gid: 0 };

const account: DesiredAccount = {
  service,
  user,
  uid: 931,
  gid: 931,
  home: "/var/lib/vllm" as AbsolutePath,
  subuid: { start: 200000, count: 65536 },
  subgid: { start: 200000, count: 65536 },
};

export const certificate: DesiredCertificate = {
  service,
  zone: "liminati.internal",
  names: ["*.liminati.internal"],
  addresses: [],
  own: undefined,
  tailscale: undefined,
  nextKey: "/pki/next.key" as AbsolutePath,
  nextCertificate: "/pki/next.pem" as AbsolutePath,
  authorityKey: "/pki/ca.key" as AbsolutePath,
  authorityCertificate: "/pki/ca.pem" as AbsolutePath,
  leafKey: "/pki/leaf.key" as AbsolutePath,
  leafCertificate: "/pki/leaf.pem" as AbsolutePath,
  owner,
  leafDays: 90,
  renewBeforeDays: 30,
  authorityDays: 3650,
  publishedCertificate: "/srv/ca.pem" as AbsolutePath,
  units: [],
};

const unit: DesiredUnit = {
  service,
  user,
  unit: "vllm.service" as UnitName,
  plainName: "vllm",
  kind: "container",
  podUnit: undefined,
  fingerprint: "f",
  container: { name: "vllm", image: "docker.io/vllm/vllm-openai:v1@sha256:abc" },
  reload: undefined,
  after: [],
  startTimeoutSeconds: 10,
  health: undefined,
  files: [],
  secrets: [],
};

export const desired: DesiredState = {
  address: "192.0.2.10" as Address,
  accounts: [account],
  directories: [{ service, path: "/var/lib/vllm" as AbsolutePath, owner, mode: 0o750 }],
  files: [
    { service, path: "/etc/new.conf" as AbsolutePath, content: "x", owner, mode: 0o644, role: { kind: "plain" } },
    { service, path: "/etc/old.conf" as AbsolutePath, content: "x", owner, mode: 0o644, role: { kind: "plain" } },
  ],
  secrets: [],
  certificate: undefined,
  images: [{ service, user, reference: "docker.io/vllm/vllm-openai:v1@sha256:abc", megabytes: undefined }],
  units: [unit],
  systemUnits: [{ unit: "install-quadlets-firewall.service" as UnitName, fingerprint: "f" }],
  tool: undefined,
  warnings: [],
};
