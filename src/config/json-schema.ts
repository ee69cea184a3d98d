/** The formats as JSON schemas, so that editors complete and check the YAML files. */
import * as z from "zod";
import { checkSchema } from "./schema/check.ts";
import { doctorSchema } from "./schema/doctor.ts";
import { errorsSchema } from "./schema/errors.ts";
import { keysSchema } from "./schema/keys.ts";
import { planFileSchema, planSchema } from "./schema/plan.ts";
import { mappingsSchema, providersSchema } from "./schema/registry.ts";
import { serviceSchema } from "./schema/service.ts";
import { stackSchema } from "./schema/stack.ts";
import { statusSchema } from "./schema/status.ts";

/** File name below config/ -> text. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return {
    "stack.schema.json": toText(stackSchema, "install-quadlets: the stack of a site"),
    "service.schema.json": toText(serviceSchema, "install-quadlets: a service of the catalogue"),
    "providers.schema.json": toText(providersSchema, "install-quadlets: who answers for models"),
    "model-mappings.schema.json": toText(mappingsSchema, "install-quadlets: where a request for a model goes"),
    "keys.schema.json": toText(keysSchema, "install-quadlets: who may use which models, and how much"),
    "plan.schema.json": toText(planSchema, "install-quadlets: a plan as --json prints it"),
    "plan-file.schema.json": toText(planFileSchema, "install-quadlets: a plan as plan --out writes it"),
    "errors.schema.json": toText(errorsSchema, "install-quadlets: errors as --json prints them"),
    "check.schema.json": toText(checkSchema, "install-quadlets: findings as check --json prints them"),
    "doctor.schema.json": toText(doctorSchema, "install-quadlets: what doctor --json prints"),
    "status.schema.json": toText(statusSchema, "install-quadlets: what svc status --json and svc list --json print"),
  };
}

function toText(schema: z.ZodType, title: string): string {
  // Draft 7 is what the editors' YAML servers know best.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}
