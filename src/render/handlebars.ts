/** The one doorway to Handlebars: strict (a missing variable is an error with its place), no HTML escaping. */
import Handlebars from "handlebars";
import { ConfigError } from "../model/diagnostic.ts";

export type TemplateHelper = (...values: never[]) => unknown;

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

/** Renders a template; throws a ConfigError that names file, line and column. */
export function renderTemplate(
  template: Template,
  view: object,
  helpers: Readonly<Record<string, TemplateHelper>>,
): string {
  try {
    const compiled = Handlebars.create().compile(template.source, {
      strict: true,
      noEscape: true,
      knownHelpersOnly: false,
    });
    return compiled(view, { helpers: helpers as Record<string, Handlebars.HelperDelegate> });
  } catch (error) {
    throw templateError(template, error as PlacedError);
  }
}

function templateError(template: Template, error: PlacedError): ConfigError {
  const missing = /^"(.+?)" not defined/.exec(error.message)?.[1];
  const place = / - (\d+):(\d+)$/.exec(error.message);
  return new ConfigError([
    {
      file: template.file,
      line: error.lineNumber ?? Number(place?.[1] ?? 1),
      // Handlebars counts columns from 0, editors from 1.
      column: (error.column ?? Number(place?.[2] ?? 0)) + 1,
      path: "",
      message:
        missing === undefined ? (error.message.split("\n")[0] ?? error.message) : `"${missing}" is not defined here`,
      hint: "templates may use: stack, service, services, settings, ports, routes, nameservers, authority",
    },
  ]);
}
