/** The one doorway to Handlebars: strict (a missing variable is an error with its place), no HTML escaping. */
import Handlebars from "handlebars";
import { ConfigError } from "../model/diagnostic.ts";
import { escapes } from "./escapes.ts";
import { precompiled } from "./precompiled.ts";

export interface Template {
  /** Shown in errors, for example "templates/nginx/nginx.conf.hbs". */
  readonly file: string;
  readonly source: string;
}

/** Handlebars puts the place on its exceptions, but its type declares only the message. */
interface PlacedError {
  readonly message: string;
  readonly lineNumber?: number;
  readonly column?: number;
}

/** What scripts/build.mjs compiles the built-in templates with, too. */
const OPTIONS = { strict: true, noEscape: true, knownHelpersOnly: false };

/** By source: one template makes most units of a site, and compiling takes longer than rendering. */
const compiled = new Map<string, HandlebarsTemplateDelegate>();

/** Renders a template; throws a ConfigError that names file, line and column. */
export function renderTemplate(template: Template, view: object): string {
  try {
    return compile(template.source)(view, { helpers: escapes as Record<string, Handlebars.HelperDelegate> });
  } catch (error) {
    throw templateError(template, view, error as PlacedError);
  }
}

function compile(source: string): HandlebarsTemplateDelegate {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const built = precompiled.get(source);
  const fresh = built === undefined ? Handlebars.create().compile(source, OPTIONS) : Handlebars.template(built);
  compiled.set(source, fresh);
  return fresh;
}

function templateError(template: Template, view: object, error: PlacedError): ConfigError {
  const place = / - (\d+):(\d+)$/.exec(error.message);
  const line = error.lineNumber ?? Number(place?.[1] ?? /^Parse error on line (\d+):/.exec(error.message)?.[1] ?? 1);
  return new ConfigError([
    {
      file: template.file,
      line,
      // Handlebars counts columns from 0, editors from 1.
      column: (error.column ?? Number(place?.[2] ?? 0)) + 1,
      path: "",
      message: explain(error.message),
      hint: `templates may use: ${Object.keys(view).join(", ") || "no values"}`,
    },
  ]);
}

function explain(message: string): string {
  const missing = /^"(.+?)" not defined/.exec(message)?.[1];
  if (missing !== undefined) return `"${missing}" is not defined here`;
  // The parser draws the place over several lines; the last one says what it found.
  const found = /^Parse error on line [\s\S]*, got '(.*)'$/.exec(message)?.[1];
  if (found === "EOF") return "the template ends inside a block or an expression";
  return found === undefined ? (message.split("\n")[0] ?? message) : `not a valid template: unexpected ${found}`;
}
