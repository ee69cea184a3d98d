/** providers.yaml, model-mappings.yaml and keys.yaml to a registry; without them, the one that follows from the services. */
import { checkRegistry, type FileCheck, type NamedFault } from "../gateway/checks/all.ts";
import { deriveMappings, providerOf, ROUTING } from "../gateway/derive.ts";
import type { Mapping, Provider, Registry } from "../model/registry.ts";
import type { Service } from "../model/service.ts";
import type { WrittenSite } from "./draft.ts";
import type { RegistrySources } from "./load.ts";
import type { MapNode } from "./node.ts";
import { parseYaml, type SourceFile } from "./parse.ts";
import { type Entry, readEntries } from "./registry-entries.ts";
import { readKeys } from "./registry-keys.ts";
import { keySpotAt, type Report, type Spot, spotAt, writtenAt } from "./report.ts";
import { checkSchema } from "./schema/issues.ts";
import {
  mappingName,
  mappingSchema,
  mappingsHeader,
  providerName,
  providerSchema,
  providersHeader,
} from "./schema/registry.ts";

interface Parts {
  readonly site: WrittenSite;
  readonly services: readonly Service[];
  readonly sources: RegistrySources;
}

type Files = Readonly<Record<"providers" | "mappings" | "keys", MapNode | undefined>>;

/** Undefined where no service routes to models, or where the files cannot be read; they are checked in any case. */
export function buildRegistry({ site, services, sources }: Parts, report: Report): Registry | undefined {
  const router = services.find(({ routesModels }) => routesModels !== undefined);
  const files: Files = {
    providers: parse(sources.providers, report),
    mappings: parse(sources.mappings, report),
    keys: parse(sources.keys, report),
  };
  if (router === undefined && Object.values(files).every((file) => file === undefined)) return undefined;
  const isUnread = Object.keys(sources).some((kind) => files[kind as keyof Files] === undefined);
  const broken = new Set(site.broken);
  const providers = readProviders(files.providers, services, broken, report);
  const mappings = readMappings(files.mappings, broken, report);
  const keys =
    files.keys === undefined ? [] : readKeys(files.keys, named("schema", report), named("key-counting", report));
  if (isUnread) return undefined;
  const registry: Registry = {
    providers,
    mappings: mappings ?? deriveMappings(providers.filter(({ isActive }) => isActive)),
    routing: readRouting(files.mappings, report),
    keys,
  };
  const faults = checkRegistry({ registry, services, domain: site.header.domain, router, broken });
  for (const fault of faults) {
    report(spotOf(fault, files, site.stack, router), `${fault.message} [${fault.check}]`, fault.hint);
  }
  // With a fault nothing is made of it, so that what follows from the fault is not reported on top.
  return router === undefined || faults.length > 0 ? undefined : registry;
}

function parse(source: SourceFile | undefined, report: Report): MapNode | undefined {
  return source && parseYaml(source, named("yaml-syntax", report));
}

function named(check: FileCheck, report: Report): Report {
  return (at, message, hint) => report(at, `${message} [${check}]`, hint);
}

function readProviders(
  file: MapNode | undefined,
  services: readonly Service[],
  broken: Set<string>,
  report: Report,
): readonly Provider[] {
  if (file === undefined) return services.flatMap((service) => providerOf(service) ?? []);
  const schema = named("schema", report);
  checkSchema(providersHeader, file, [], schema);
  return readEntries({ file, key: "providers", names: providerName, schema: providerSchema, broken }, schema).map(
    ({ name, written }) => {
      const service = services.find((candidate) => candidate.name === written.service);
      const implied = service && providerOf(service);
      return {
        name,
        type: written.type,
        service: written.service as Provider["service"],
        baseUrl: written.base_url ?? implied?.baseUrl,
        apiVersion: written.api_version,
        isActive: written.status === "active",
        key: written.key === undefined ? implied?.key : keyOf(written.key, file, name),
        models: written.models === undefined ? (implied?.models ?? []) : Object.entries(written.models).map(modelOf),
      };
    },
  );
}

function keyOf(text: string, file: MapNode, provider: string): NonNullable<Provider["key"]> {
  const [first = "", second] = text.split("/");
  if (second !== undefined) return { kind: "copy", service: first, secret: second };
  return { kind: "supplied", secret: first, at: writtenAt(file, ["providers", provider, "key"]) };
}

type WrittenModels = NonNullable<Entry<typeof providerSchema>["written"]["models"]>;

function modelOf([name, written]: [string, WrittenModels[string]]): Provider["models"][number] {
  const { mode, context, quantization, price } = written ?? {};
  return { name, mode, context, quantization, price };
}

/** Undefined where there is no such file, or none that names a model. */
function readMappings(file: MapNode | undefined, broken: Set<string>, report: Report): readonly Mapping[] | undefined {
  if (file === undefined || !file.entries.has("models")) return undefined;
  const schema = named("schema", report);
  return readEntries({ file, key: "models", names: mappingName, schema: mappingSchema, broken }, schema).map(
    ({ name, written }) => ({
      name,
      aliases: written.aliases,
      targets: written.to.map(({ provider, model, weight }) => ({ provider, model, weight })),
      fallbacks: written.fallbacks,
      contextFallbacks: written.context_fallbacks,
    }),
  );
}

function readRouting(file: MapNode | undefined, report: Report): Registry["routing"] {
  const header = file && checkSchema(mappingsHeader, file, [], named("schema", report));
  if (header === undefined) return ROUTING;
  const { retries, failures, cooldown, timeout } = header.routing;
  return { retries, failures, cooldownSeconds: cooldown, timeoutSeconds: timeout };
}

/** What no file of the site says follows from the stack, and there from the service that routes. */
function spotOf(fault: NamedFault, files: Files, stack: MapNode, router: Service | undefined): Spot {
  const file = files[fault.in];
  if (file === undefined) return keySpotAt(stack, ["services", router?.name ?? ""]);
  return fault.isKey === true ? keySpotAt(file, fault.path) : spotAt(file, fault.path);
}
