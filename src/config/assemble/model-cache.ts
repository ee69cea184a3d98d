/** What a service file says about the models that the service downloads. */
import type { ModelCache } from "../../model/model-cache.ts";
import type { Path } from "../node.ts";
import type { WrittenService } from "../schema/service.ts";
import { known } from "./access.ts";
import { type Builder, readArguments, readText } from "./fields.ts";
import { below } from "./paths.ts";

type Written = NonNullable<WrittenService["serves_models"]>["cache"];

const PATH: Path = ["serves_models", "cache"];

export function buildModelCache(builder: Builder, written: Written): ModelCache | undefined {
  if (written === undefined) return undefined;
  const { draft } = builder;
  known(builder, [...PATH, "container"], Object.keys(draft.written.containers), "container");
  for (const variable of Object.keys(written.secrets)) {
    known(builder, [...PATH, "secrets", variable], Object.keys(draft.written.secrets), "secret");
  }
  return {
    directory: below(draft.home, written.directory),
    models: readArguments(builder, [...PATH, "models"]),
    container: written.container,
    command: readArguments(builder, [...PATH, "command"]),
    environment: Object.fromEntries(
      Object.keys(written.environment).map((name) => [name, readText(builder, [...PATH, "environment", name])]),
    ),
    secrets: written.secrets,
  };
}
