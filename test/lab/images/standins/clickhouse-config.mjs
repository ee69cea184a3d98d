// Reads the server and user configuration of the ClickHouse stand-in and checks what Opik's schema and cluster need.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readable } from "../lib/contract.mjs";
import { parseXml, select, value } from "../lib/xml.mjs";

const root = "/etc/clickhouse-server";

function readAll(contract, dir) {
  const names = existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => name.endsWith(".xml"))
        .sort()
    : [];
  return names.flatMap((name) => {
    const path = join(dir, name);
    try {
      const element = parseXml(readFileSync(path, "utf8"));
      if (
        !contract.need(
          ["clickhouse", "yandex"].includes(element.name),
          `${path}: the root element is <${element.name}>, must be <clickhouse>`,
        )
      )
        return [];
      return [element];
    } catch (error) {
      contract.need(
        false,
        `${path}: ${error.code === "EACCES" ? `not readable for uid ${process.getuid()}` : error.message}`,
      );
      return [];
    }
  });
}

/** All configuration roots, in the order in which the server merges them. */
export function loadConfiguration(contract) {
  return { config: readAll(contract, join(root, "config.d")), users: readAll(contract, join(root, "users.d")) };
}

/** Name -> check of a password, from every users file. */
function readUsers(contract, roots) {
  const users = new Map();
  for (const user of select(roots, "users/*")) {
    if (user.attributes.remove) users.delete(user.name);
    else {
      const plain = select([user], "password").at(-1)?.text; // spaces count
      const hashed = value([user], "password_sha256_hex");
      if (plain === undefined && hashed === undefined) continue;
      users.set(user.name, (password) =>
        hashed === undefined
          ? password === plain
          : createHash("sha256").update(password).digest("hex") === hashed.toLowerCase(),
      );
    }
  }
  contract.need(users.size > 0, "no user with a password in users.d");
  return users;
}

/** Everything Opik's replicated schema relies on; returns what the server needs to know. */
export function checkSettings(contract, { config, users }) {
  const get = (path) => value(config, path);
  const port = Number(get("tcp_port") ?? 9000);
  contract.need(Number.isInteger(port) && port > 0 && port < 65536, `tcp_port is not a port: ${get("tcp_port")}`);
  contract.need(
    (get("custom_settings_prefixes") ?? "").split(",").includes("SQL_"),
    "config.d: custom_settings_prefixes must contain SQL_",
  );
  for (const macro of ["shard", "replica", "cluster"])
    contract.need(
      get(`macros/${macro}`),
      `config.d: macros/${macro} is missing (part of every replicated table's path)`,
    );
  contract.need(
    get("distributed_ddl/path"),
    "config.d: distributed_ddl/path is missing (ON CLUSTER statements need it)",
  );

  const zookeeper = { host: get("zookeeper/node/host"), port: Number(get("zookeeper/node/port") ?? 2181) };
  contract.need(zookeeper.host, "config.d: zookeeper/node/host is missing (replicated tables need ZooKeeper)");

  const cluster = get("macros/cluster") ?? "cluster";
  const shards = select(config, `remote_servers/${cluster}/shard`);
  contract.need(shards.length > 0, `config.d: remote_servers/${cluster}/shard is missing`);
  for (const shard of shards) {
    contract.need(
      value([shard], "internal_replication") === "true",
      `config.d: remote_servers/${cluster}: internal_replication must be true`,
    );
    const replicas = select([shard], "replica");
    contract.need(replicas.length > 0, `config.d: remote_servers/${cluster} has no replica`);
    for (const replica of replicas) {
      const remote = Number(value([replica], "port"));
      contract.need(
        remote === port,
        `config.d: remote_servers/${cluster} names port ${remote || "none"}, but tcp_port is ${port}: ON CLUSTER statements would hang`,
      );
    }
  }
  contract.need(
    select(users, "profiles/*/enable_time_time64_type").some((element) => element.text.trim() === "1"),
    "users.d: profiles/default/enable_time_time64_type=1 is missing (migration 000030 creates a Time column)",
  );
  if (select(config, "profiles").length)
    contract.warn("config.d contains <profiles>: profiles are only read from users.d");

  // Without the image's own file the server listens on loopback only, as the real defaults do.
  const host = readable(join(root, "config.d/docker_related_config.xml")) ? "::" : "127.0.0.1";
  return { port, zookeeper, host, users: readUsers(contract, users) };
}
