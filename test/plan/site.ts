/** The desired state of a proxy (TLS, a socket, a file that waits for the authority) and a pod with secrets. */
import type { DesiredFile, DesiredState, DesiredUnit } from "../../src/model/resource.ts";

const ROOT = { uid: 0, gid: 0 };
const QUADLETS = "/etc/containers/systemd/users";

function account(service: string, uid: number, start: number): object {
  const ranges = { subuid: { start, count: 65536 }, subgid: { start, count: 65536 } };
  return { service, user: `${service}-user`, uid, gid: uid, home: `/var/lib/${service}`, ...ranges };
}

function file(service: string | undefined, path: string, content: string, role: object): object {
  return { service, path, content, owner: ROOT, mode: 0o644, role: role as DesiredFile["role"] };
}

function quadlet(service: string, uid: number, name: string): object {
  return file(service, `${QUADLETS}/${uid}/${name}`, `${name}\n`, { kind: "user-unit", user: `${service}-user` });
}

function dropIn(service: string, uid: number): object {
  const role = { kind: "manager-drop-in", user: `${service}-user`, fingerprint: `${service}-limits` };
  return file(service, `/etc/systemd/system/user@${uid}.service.d/50.conf`, "limits\n", role);
}

function unit(service: string, name: string, kind: DesiredUnit["kind"], more: object = {}): object {
  const base = {
    podUnit: undefined,
    fingerprint: `${name}-1`,
    container: undefined,
    after: [],
    startTimeoutSeconds: 60,
    secrets: [],
    files: [],
  };
  const plainName = name.replace(/\.service$/, "");
  return { service, user: `${service}-user`, unit: name, plainName, kind, health: undefined, ...base, ...more };
}

function runs(name: string, image = "docker.io/lab/db:1"): DesiredUnit["container"] {
  return { name, image };
}

const member = { podUnit: "db-pod.service" };

export default {
  address: "100.64.0.1",
  accounts: [account("db", 801, 200000), account("web", 800, 131072)],
  directories: [
    { service: undefined, path: QUADLETS, owner: ROOT, mode: 0o755 },
    { service: "db", path: "/var/lib/db", owner: { uid: 801, gid: 801 }, mode: 0o711 },
    { service: "web", path: "/var/lib/web", owner: { uid: 800, gid: 800 }, mode: 0o711 },
  ],
  files: [
    file(undefined, "/var/lib/rules.nft", "rules\n", { kind: "plain" }),
    file(undefined, "/etc/systemd/system/wall.service", "wall\n", { kind: "system-unit" }),
    dropIn("db", 801),
    quadlet("db", 801, "db.pod"),
    quadlet("db", 801, "db-sql.container"),
    quadlet("db", 801, "db-api.container"),
    dropIn("web", 800),
    file("web", "/var/lib/web/trust.txt", "@AUTHORITY_CERTIFICATE@ has @AUTHORITY_FINGERPRINT@\n", { kind: "config" }),
    file("web", "/var/lib/web/site.conf", "site\n", { kind: "config" }),
    quadlet("web", 800, "web-https.socket"),
    quadlet("web", 800, "web.container"),
  ],
  secrets: [
    {
      service: "db",
      user: "db-user",
      name: "db-key",
      source: { kind: "generated", length: 32, alphabet: "hex", prefix: "", rotate: { kind: "restart" } },
    },
    {
      service: "db",
      user: "db-user",
      name: "db-url",
      source: {
        kind: "composed",
        parts: [
          { kind: "text", text: "u:" },
          { kind: "secret", name: "db-key" },
        ],
      },
    },
    { service: "web", user: "web-user", name: "web-key", source: { kind: "copy", user: "db-user", name: "db-key" } },
  ],
  certificate: {
    service: "web",
    zone: "lab.internal",
    names: ["*.lab.internal", "lab.internal"],
    addresses: [],
    own: undefined,
    tailscale: undefined,
    nextKey: "/ca/next.key",
    nextCertificate: "/ca/next.crt",
    authorityKey: "/ca/ca.key",
    authorityCertificate: "/ca/ca.crt",
    leafKey: "/var/lib/web/leaf.key",
    leafCertificate: "/var/lib/web/leaf.crt",
    owner: { uid: 800, gid: 800 },
    leafDays: 397,
    renewBeforeDays: 30,
    authorityDays: 3650,
    publishedCertificate: "/var/lib/web/ca.crt",
    units: [{ user: "web-user", unit: "web.service" }],
  },
  images: [
    { service: "db", user: "db-user", reference: "docker.io/lab/db:1", megabytes: undefined },
    { service: "web", user: "web-user", reference: "docker.io/lab/web:1", megabytes: 1540 },
  ],
  units: [
    unit("db", "db-pod.service", "pod"),
    unit("db", "db-sql.service", "container", {
      ...member,
      container: runs("db-sql"),
      after: ["db-pod.service"],
      secrets: ["db-key"],
    }),
    unit("db", "db-api.service", "container", {
      ...member,
      container: runs("db-api"),
      after: ["db-pod.service", "db-sql.service"],
      secrets: ["db-url"],
    }),
    unit("web", "web-https.socket", "socket"),
    unit("web", "web.service", "container", {
      container: runs("web", "docker.io/lab/web:1"),
      secrets: ["web-key"],
      files: [`${QUADLETS}/800/web.container`],
      reload: {
        container: "web",
        command: ["reload"],
        fingerprint: "web-files-1",
        files: ["/var/lib/web/site.conf"],
      },
    }),
  ],
  systemUnits: [{ unit: "wall.service", fingerprint: "wall-1" }],
  tool: { source: "/npx", target: "/usr/local/lib/install-quadlets/1" },
} as unknown as DesiredState;
