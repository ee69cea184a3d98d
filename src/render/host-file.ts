/** A file of the host itself, from its template below templates/host/: root's, and readable for all. */
import type { AbsolutePath } from "../model/names.ts";
import type { DesiredFile } from "../model/resource.ts";
import { renderTemplate } from "./handlebars.ts";
import type { Site } from "./site.ts";

export function hostFile(
  site: Site,
  template: string,
  path: string,
  view: object,
  more: Partial<DesiredFile> = {},
): DesiredFile {
  return {
    service: undefined,
    path: path as AbsolutePath,
    content: renderTemplate(site.template(`host/${template}.hbs`), view),
    owner: { uid: 0, gid: 0 },
    mode: 0o644,
    role: { kind: "plain" },
    ...more,
  };
}
