/** Folders in which the generator looks for drop-ins of a unit, the most specific first. */

/** "a-b@c.container": its own folder, that of its template, "a-@.container.d", "a-.container.d", "container.d". */
export function dropInFolders(name: string): readonly string[] {
  const dot = name.lastIndexOf(".");
  const extension = `${name.slice(dot)}.d`;
  const at = name.indexOf("@");
  const isTemplate = at !== -1 && at < dot;
  const base = name.slice(0, isTemplate ? at : dot);
  const instance = isTemplate ? name.slice(at + 1, dot) : "";
  const words = base.split("-").slice(0, -1);
  const truncated = words.flatMap((_, index) => {
    const stem = `${words.slice(0, index + 1).join("-")}-`;
    return isTemplate ? [`${stem}${extension}`, `${stem}@${extension}`] : [`${stem}${extension}`];
  });
  return [
    `${name}.d`,
    ...(instance === "" ? [] : [`${base}@${extension}`]),
    ...truncated.toReversed(),
    extension.slice(1),
  ];
}
