/** A Grafana dashboard from a list of panels in short form: places, ids and defaults are filled in here, the same at each run. */
import { userError } from "../model/diagnostic.ts";

/** A panel as templates/grafana/dashboards has it; `row` starts a line with a heading. */
interface ShortPanel {
  readonly row?: string;
  readonly title?: string;
  readonly about?: string;
  readonly type?: (typeof TYPES)[number];
  /** Of 24 columns, and in lines of 30 pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly unit?: string;
  readonly max?: number;
  /** From there on it is yellow, or red; the other way round where `low` is true. */
  readonly yellow?: number;
  readonly red?: number;
  readonly low?: boolean;
  /** What stands there where nothing was measured. */
  readonly none?: string;
  readonly source?: "prometheus" | "loki";
  /** Queries by what stands in the legend. */
  readonly of?: Readonly<Record<string, string>>;
}

const TYPES = ["timeseries", "stat", "table", "bargauge", "logs"] as const;
const KEYS: readonly string[] = [
  "row",
  "title",
  "about",
  "type",
  "width",
  "height",
  "unit",
  "max",
  "yellow",
  "red",
  "low",
  "none",
  "source",
  "of",
];
const COLUMNS = 24;

export interface DashboardHead {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
}

/** `text` is a JSON list; throws a UserError for anything else. */
export function dashboardJson(head: DashboardHead, text: string): string {
  const panels = place(readPanels(head.uid, text)).map(({ panel, gridPos }, index) => full(panel, gridPos, index + 1));
  const dashboard = {
    id: null,
    ...head,
    tags: ["install-quadlets"],
    editable: false,
    schemaVersion: 41,
    version: 1,
    refresh: "30s",
    timezone: "browser",
    time: { from: "now-6h", to: "now" },
    templating: { list: [] },
    annotations: { list: [] },
    links: [{ type: "dashboards", title: "This host", tags: ["install-quadlets"], asDropdown: false, keepTime: true }],
    panels,
  };
  return JSON.stringify(dashboard, undefined, 1);
}

function readPanels(uid: string, text: string): readonly ShortPanel[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw userError("cannot-be-written", `the panels of ${uid} are no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(value)) throw userError("cannot-be-written", `the panels of ${uid} are no list`);
  for (const panel of value as readonly ShortPanel[]) {
    const name = panel.row ?? panel.title ?? "?";
    const odd = Object.keys(panel).find((key) => !KEYS.includes(key));
    if (odd !== undefined)
      throw userError("cannot-be-written", `the panel ${name} of ${uid} has an unknown key ${odd}`, KEYS.join(", "));
    if (panel.row === undefined && (panel.title === undefined || Object.keys(panel.of ?? {}).length === 0))
      throw userError("cannot-be-written", `the panel ${name} of ${uid} has no title, or nothing to show`);
    if (panel.type !== undefined && !TYPES.includes(panel.type))
      throw userError("cannot-be-written", `the panel ${name} of ${uid} is of no known type`, TYPES.join(", "));
  }
  return value as readonly ShortPanel[];
}

interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** From left to right, and below where there is no room left. */
function place(panels: readonly ShortPanel[]): readonly { readonly panel: ShortPanel; readonly gridPos: Position }[] {
  let [x, y, tallest] = [0, 0, 0];
  return panels.map((panel) => {
    const w = panel.row === undefined ? (panel.width ?? 8) : COLUMNS;
    const h = panel.row === undefined ? (panel.height ?? 8) : 1;
    if (x + w > COLUMNS) [x, y, tallest] = [0, y + tallest, 0];
    const gridPos = { x, y, w, h };
    [x, tallest] = [x + w, Math.max(tallest, h)];
    return { panel, gridPos };
  });
}

function full(panel: ShortPanel, gridPos: Position, id: number): object {
  if (panel.row !== undefined) return { id, type: "row", title: panel.row, collapsed: false, gridPos, panels: [] };
  const { type = "timeseries", source = "prometheus", title, about, of = {} } = panel;
  const datasource = { type: source, uid: source };
  const isNow = type === "stat" || type === "table" || type === "bargauge";
  return {
    id,
    type,
    title,
    ...(about === undefined ? {} : { description: about }),
    datasource,
    gridPos,
    targets: Object.entries(of).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
      ...(isNow ? { instant: true, range: false } : { range: true }),
      ...(type === "table" ? { format: "table" } : {}),
    })),
    fieldConfig: { defaults: defaultsOf(panel), overrides: [] },
    options: OPTIONS[type],
    ...(type === "table" ? { transformations: [{ id: "organize", options: { excludeByName: NOT_SHOWN } }] } : {}),
  };
}

const NOT_SHOWN = { Time: true, Value: true, __name__: true, instance: true, job: true };

const REDUCE = { calcs: ["lastNotNull"], fields: "", values: false };
const OPTIONS: Readonly<Record<(typeof TYPES)[number], object>> = {
  timeseries: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
  stat: { reduceOptions: REDUCE, colorMode: "background", graphMode: "none", textMode: "auto" },
  table: { showHeader: true, cellHeight: "sm" },
  bargauge: { reduceOptions: REDUCE, orientation: "horizontal", displayMode: "basic" },
  logs: { showTime: true, wrapLogMessage: true, sortOrder: "Descending", enableLogDetails: true },
};

function defaultsOf({ unit = "short", max, yellow, red, low = false, none = "nothing yet" }: ShortPanel): object {
  const [good, bad] = low ? ["red", "green"] : ["green", "red"];
  const steps = [
    { color: yellow === undefined && red === undefined ? "blue" : good, value: null },
    ...(low && red !== undefined ? [{ color: yellow === undefined ? bad : "yellow", value: red }] : []),
    ...(yellow === undefined ? [] : [{ color: low ? bad : "yellow", value: yellow }]),
    ...(low || red === undefined ? [] : [{ color: bad, value: red }]),
  ];
  return {
    unit,
    ...(max === undefined ? {} : { max }),
    min: 0,
    noValue: none,
    thresholds: { mode: "absolute", steps },
  };
}
