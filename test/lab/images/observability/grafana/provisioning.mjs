// What lies in Grafana's provisioning directory, read as strictly as a file of ours deserves: faults are told, all at once.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const DATASOURCE = ["name", "uid", "type", "access", "url", "isDefault", "editable", "jsonData"];
const PROVIDER = [
  "name",
  "folder",
  "folderUid",
  "type",
  "disableDeletion",
  "allowUiUpdates",
  "updateIntervalSeconds",
  "options",
];
const TYPES = ["prometheus", "loki", "alertmanager"];
const PANELS = ["row", "timeseries", "stat", "table", "bargauge", "logs"];
const UNITS = ["short", "percentunit", "bytes", "Bps", "s", "celsius", "watt"];

const yamlIn = (directory) =>
  readdirSync(directory)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => ({ name, value: parse(readFileSync(join(directory, name), "utf8")) }));

/** {datasources, providers}; `need` is told of each fault. */
export function readProvisioning(directory, need) {
  const known = (value, keys, where) => {
    for (const key of Object.keys(value)) need(keys.includes(key), `${where}: unknown key ${key}`);
  };
  const sources = yamlIn(join(directory, "datasources")).flatMap(({ name, value }) => {
    known(value, ["apiVersion", "prune", "datasources", "deleteDatasources"], name);
    need(value.apiVersion === 1, `${name}: apiVersion is not 1`);
    return value.datasources ?? [];
  });
  for (const source of sources) {
    known(source, DATASOURCE, `datasource ${source.name}`);
    need(TYPES.includes(source.type), `datasource ${source.name}: no plugin ${source.type}`);
    need(source.access === "proxy", `datasource ${source.name}: access is not proxy`);
    need(/^http:\/\/[\w.:]+$/.test(source.url ?? ""), `datasource ${source.name}: ${source.url} is no address`);
    need(/^[\w-]{1,40}$/.test(source.uid ?? ""), `datasource ${source.name} has no fixed uid`);
  }
  need(sources.filter(({ isDefault }) => isDefault).length <= 1, "only one datasource can be the default");
  need(new Set(sources.map(({ uid }) => uid)).size === sources.length, "two datasources have one uid");
  const providers = yamlIn(join(directory, "dashboards")).flatMap(({ name, value }) => {
    known(value, ["apiVersion", "providers"], name);
    need(value.apiVersion === 1, `${name}: apiVersion is not 1`);
    return value.providers ?? [];
  });
  for (const provider of providers) {
    known(provider, PROVIDER, `provider ${provider.name}`);
    need(provider.type === "file", `provider ${provider.name}: type is not file`);
    need(typeof provider.options?.path === "string", `provider ${provider.name}: no path`);
  }
  return { datasources: sources, providers };
}

/** The dashboards of all providers as they lie there now: Grafana looks every so often. */
export function readDashboards({ datasources, providers }, need) {
  const dashboards = providers.flatMap(({ folder, options }) =>
    readdirSync(options.path)
      .filter((name) => name.endsWith(".json"))
      .map((name) => ({ folder, name, dashboard: JSON.parse(readFileSync(join(options.path, name), "utf8")) })),
  );
  for (const { name, dashboard } of dashboards) checkDashboard(name, dashboard, datasources, need);
  const uids = dashboards.map(({ dashboard }) => dashboard.uid);
  need(new Set(uids).size === uids.length, "two dashboards have one uid: neither is kept up to date");
  return dashboards;
}

function checkDashboard(name, { id, uid, title, schemaVersion, panels }, datasources, need) {
  need(id === null, `${name}: id is not null`);
  need(/^[\w-]{1,40}$/.test(uid ?? ""), `${name}: no uid`);
  need(typeof title === "string" && title !== "", `${name}: title cannot be empty`);
  need(schemaVersion >= 39 && schemaVersion <= 42, `${name}: schemaVersion ${schemaVersion}`);
  need(new Set(panels.map((panel) => panel.id)).size === panels.length, `${name}: two panels have one id`);
  for (const panel of panels) {
    const where = `${name}: ${panel.title}`;
    need(PANELS.includes(panel.type), `${where}: no plugin ${panel.type}`);
    if (panel.type === "row") continue;
    need(UNITS.includes(panel.fieldConfig.defaults.unit), `${where}: unknown unit ${panel.fieldConfig.defaults.unit}`);
    const letters = panel.targets.map(({ refId }) => refId);
    need(new Set(letters).size === letters.length, `${where}: two queries have one letter`);
    for (const { datasource, expr } of panel.targets) {
      const found = datasources.some((one) => one.uid === datasource?.uid && one.type === datasource?.type);
      need(found, `${where}: there is no datasource ${JSON.stringify(datasource)}`);
      need(typeof expr === "string" && expr !== "", `${where}: a query is empty`);
    }
  }
}
