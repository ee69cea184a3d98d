// Reads ClickHouse style configuration: elements, attributes and text, without namespaces or DTDs.

/** Parses one document; throws with the position of the first thing that is not well formed. */
export function parseXml(source) {
  const text = source.replace(/<!--[\s\S]*?-->/g, "").replace(/<\?[\s\S]*?\?>/g, "");
  const root = { name: "", attributes: {}, children: [], text: "" };
  const stack = [root];
  const token = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`not well-formed XML near: ${text.slice(at, at + 30).trim()}`);
    const [, closing, name, attributes, empty, content] = match;
    const top = stack.at(-1);
    if (content !== undefined) top.text += content;
    else if (closing) {
      if (top.name !== name) throw new Error(`mismatched tag </${name}>, open is <${top.name}>`);
      top.text = decode(top.text);
      stack.pop();
    } else {
      const pairs = [...attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key, a, b]) => [
        key,
        decode(a ?? b),
      ]);
      const element = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
      top.children.push(element);
      if (!empty) stack.push(element);
    }
  }
  if (stack.length !== 1) throw new Error(`<${stack.at(-1).name}> is never closed`);
  if (root.children.length !== 1) throw new Error("no single root element");
  return root.children[0];
}

const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
function decode(text) {
  return text.replace(/&(#\d+|\w+);/g, (whole, name) =>
    name[0] === "#" ? String.fromCodePoint(Number(name.slice(1))) : (ENTITIES[name] ?? whole),
  );
}

/** All elements at a path below any of the given roots; `*` matches every name. */
export function select(roots, path) {
  return path
    .split("/")
    .reduce(
      (found, name) =>
        found.flatMap((element) => element.children.filter((child) => name === "*" || child.name === name)),
      roots,
    );
}

/** The text of the last element at a path (later files win), or undefined. */
export const value = (roots, path) => select(roots, path).at(-1)?.text.trim();
