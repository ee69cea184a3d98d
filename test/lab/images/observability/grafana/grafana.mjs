// Grafana stand-in: refuses what the real one would overlook in settings and provisioning, and runs the queries of panels for who may look.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { basicAuth, readBody, send } from "../../lib/http.mjs";
import { readDashboards, readProvisioning } from "./provisioning.mjs";
import { runQueries } from "./query.mjs";

const PASSWORD = "/var/lib/grafana/admin-password.sha256";
const digest = (text) => createHash("sha256").update(text).digest("hex");

if (process.argv[2] === "cli") {
  const words = process.argv.slice(3).join(" ");
  if (words !== "--homepath /usr/share/grafana admin reset-admin-password --password-from-stdin") {
    process.stderr.write(`grafana cli: unknown command: ${words}\n`);
    process.exit(1);
  }
  const password = readFileSync(0, "utf8").trim();
  if (password.length < 4) {
    process.stderr.write("new password is too short\n");
    process.exit(1);
  }
  writeFileSync(PASSWORD, digest(password), { mode: 0o600 });
  process.stdout.write("Admin password changed successfully\n");
  process.exit(0);
}

const contract = new Contract("grafana");
const { env } = process;
const KNOWN = new Set(
  (
    "PATHS_PROVISIONING PATHS_DATA SERVER_ROOT_URL SERVER_HTTP_PORT SECURITY_ADMIN_USER SECURITY_ADMIN_PASSWORD SECURITY_SECRET_KEY " +
    "SECURITY_COOKIE_SECURE SECURITY_DISABLE_GRAVATAR USERS_ALLOW_SIGN_UP AUTH_ANONYMOUS_ENABLED AUTH_ANONYMOUS_ORG_ROLE " +
    "DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH LOG_MODE LOG_LEVEL METRICS_ENABLED ANALYTICS_REPORTING_ENABLED " +
    "ANALYTICS_CHECK_FOR_UPDATES ANALYTICS_CHECK_FOR_PLUGIN_UPDATES NEWS_NEWS_FEED_ENABLED PLUGINS_PREINSTALL_DISABLED " +
    "SNAPSHOTS_EXTERNAL_ENABLED"
  ).split(" "),
);
for (const name of Object.keys(env).filter((one) => one.startsWith("GF_")))
  contract.need(KNOWN.has(name.slice(3).replace(/__FILE$/, "")), `${name} is no setting of Grafana's`);
contract.uid([472], "the image's own user");
const password = secret("GF_SECURITY_ADMIN_PASSWORD");
contract.need(password.length >= 12 && password !== "admin", "the password of admin is missing, short or everybody's");
contract.need(
  secret("GF_SECURITY_SECRET_KEY").length >= 32,
  "the secret key is missing or short: its default is public",
);
contract.need(
  /^https:\/\/[\w.-]+\/$/.test(env.GF_SERVER_ROOT_URL ?? ""),
  "GF_SERVER_ROOT_URL is no address with https",
);
for (const name of ["ANALYTICS_REPORTING_ENABLED", "ANALYTICS_CHECK_FOR_UPDATES", "NEWS_NEWS_FEED_ENABLED"])
  contract.need(env[`GF_${name}`] === "false", `GF_${name} is on: it would ask the internet`);
contract.writable(env.GF_PATHS_DATA, "the database");
contract.writable("/var/log/grafana", "logs");
contract.writable("/tmp", "temporary files");

/** run.sh of the real image: the value, or what is in the file that NAME__FILE names. */
function secret(name) {
  const path = env[`${name}__FILE`];
  contract.need(
    path === undefined || env[name] === undefined,
    `both ${name} and ${name}__FILE are set (but are exclusive)`,
  );
  if (path === undefined) return env[name] ?? "";
  return existsSync(path) ? readFileSync(path, "utf8").replace(/\n+$/, "") : "";
}

const need = contract.need.bind(contract);
let provisioning = { datasources: [], providers: [] };
try {
  provisioning = readProvisioning(env.GF_PATHS_PROVISIONING, need);
  const found = readDashboards(provisioning, need);
  const home = env.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
  need(home === undefined || existsSync(home), `the first dashboard ${home} is not there`);
  process.stdout.write(`grafana: ${found.length} dashboards, ${provisioning.datasources.length} data sources\n`);
} catch (error) {
  contract.need(false, `provisioning: ${error.message}`);
}
contract.enforce();
// It keeps the password of its first start, until it is told another one.
if (!existsSync(PASSWORD)) writeFileSync(PASSWORD, digest(password), { mode: 0o600 });

/** Admin, a viewer whom nobody knows, or undefined. */
function roleOf(headers) {
  const given = basicAuth(headers.authorization);
  if (given !== undefined)
    return given.user === env.GF_SECURITY_ADMIN_USER && digest(given.password) === readFileSync(PASSWORD, "utf8")
      ? "Admin"
      : undefined;
  return env.GF_AUTH_ANONYMOUS_ENABLED === "true" ? env.GF_AUTH_ANONYMOUS_ORG_ROLE : undefined;
}

function dashboardsNow() {
  const faults = [];
  const found = readDashboards(provisioning, (fine, fault) => {
    if (!fine) faults.push(fault);
    return fine;
  });
  if (faults.length > 0) throw new Error(faults.join("; "));
  return found;
}

async function route(incoming, response) {
  const { pathname } = new URL(incoming.url, "http://grafana");
  if (pathname === "/api/health") return send(response, 200, { database: "ok", version: "13.2.3" });
  if (roleOf(incoming.headers) === undefined) return send(response, 401, { message: "Unauthorized" });
  if (pathname === "/api/search") {
    const list = dashboardsNow().map(({ folder, dashboard: { uid, title, tags } }) => ({
      uid,
      title,
      tags,
      type: "dash-db",
      folderTitle: folder,
    }));
    return send(response, 200, list);
  }
  const [, uid] = /^\/api\/dashboards\/uid\/([\w-]+)$/.exec(pathname) ?? [];
  if (uid !== undefined) {
    const one = dashboardsNow().find(({ dashboard }) => dashboard.uid === uid);
    if (one === undefined) return send(response, 404, { message: "Dashboard not found" });
    if (incoming.method !== "GET") return send(response, 400, { message: "Cannot save provisioned dashboard" });
    return send(response, 200, { meta: { provisioned: true, folderTitle: one.folder }, dashboard: one.dashboard });
  }
  if (pathname === "/api/ds/query" && incoming.method === "POST") {
    const body = JSON.parse((await readBody(incoming)).toString());
    return send(response, 200, { results: await runQueries(provisioning.datasources, body) });
  }
  return send(response, 404, { message: "Not found" });
}

endOnSignal("grafana");
const server = http.createServer((incoming, response) =>
  route(incoming, response).catch((error) => send(response, 500, { message: error.message })),
);
await listen("grafana", server, env.GF_SERVER_HTTP_PORT ?? 3000, "::");
