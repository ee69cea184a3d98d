/** What a service file says about the models that the service serves. */
import type { Engine, Model } from "../../model/registry.ts";
import type { SettingValue } from "../../model/service.ts";
import type { Lookup } from "../interpolate.ts";
import type { Path } from "../node.ts";
import { spotAt } from "../report.ts";
import { scopeOf } from "../scope.ts";
import { type Builder, readCondition, readValue } from "./fields.ts";
import { buildFitAsk } from "./fit-ask.ts";
import { buildModelCache } from "./model-cache.ts";
import { buildProbe } from "./probe.ts";

export function buildEngine(builder: Builder): Engine | undefined {
  const written = builder.draft.written.serves_models;
  if (written === undefined) return undefined;
  const models = written.models.flatMap((model, index): readonly Model[] => {
    const path = ["serves_models", "models", index];
    const read = (scope?: Lookup): Model => ({
      name: readTextIn(builder, [...path, "name"], scope) ?? "",
      mode: model.mode,
      context: model.context === undefined ? undefined : readContext(builder, [...path, "context"]),
      quantization: readTextIn(builder, [...path, "quantization"], scope) || undefined,
      price: undefined,
    });
    if (model.each === undefined) return [read()];
    const list = readCondition(builder, [...path, "each"]);
    if (list === undefined) return [];
    if (typeof list === "object") return list.map((item) => read(scopeOf(builder.site, builder.draft, itemOf(item))));
    builder.report(spotAt(builder.draft.file, [...path, "each"]), "the setting is not a list", "leave each out");
    return [];
  });
  const { type, port, key, store } = written;
  const probe = buildProbe(builder, written.probe, ["serves_models", "probe"]);
  const fit = buildFitAsk(builder, written.fit);
  return { type, port, key, models, probe, fit, cache: buildModelCache(builder, written.cache), store };
}

function itemOf(item: SettingValue): Readonly<Record<string, Lookup>> {
  return { item: () => ({ value: item }) };
}

function readTextIn(builder: Builder, path: Path, scope?: Lookup): string | undefined {
  const value = readValue(builder, path, scope);
  return value === undefined ? undefined : String(value);
}

/** 0 is what a service says that leaves it to the model. */
function readContext(builder: Builder, path: Path): number | undefined {
  const value = Number(readValue(builder, path));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
