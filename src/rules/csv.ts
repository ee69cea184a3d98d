/** One line of comma-separated values as Go reads it, which Mount= is; undefined for what it refuses. */
export function readCsv(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest);
    const bare = /^[^",]*(?=,|$)/.exec(rest);
    const field = quoted ?? bare;
    if (field === null) return undefined;
    fields.push(quoted === null ? field[0] : (quoted[1] ?? "").replaceAll('""', '"'));
    rest = rest.slice(field[0].length);
    if (rest === "") return fields;
    rest = rest.slice(1);
  }
}
