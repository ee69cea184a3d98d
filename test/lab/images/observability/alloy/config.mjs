// Alloy's language, as much as its configuration here uses: blocks, strings, lists, objects, references; and which components there are.
const TOKEN = /\s+|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|[A-Za-z_][\w.]*|[{}[\],=]|./gy;

/** For each component its attributes, and the blocks inside it. */
const COMPONENTS = {
  logging: { attributes: ["level", "format"], blocks: {} },
  "loki.source.journal": {
    attributes: ["path", "max_age", "labels", "relabel_rules", "forward_to", "matches", "format_as_json"],
    blocks: {},
  },
  "loki.relabel": {
    attributes: ["forward_to", "max_cache_size"],
    blocks: {
      rule: {
        attributes: ["source_labels", "regex", "target_label", "replacement", "action", "separator"],
        blocks: {},
      },
    },
  },
  "loki.write": { attributes: ["external_labels"], blocks: { endpoint: { attributes: ["url", "name"], blocks: {} } } },
  "prometheus.exporter.dnsmasq": { attributes: ["address", "leases_file", "expose_leases"], blocks: {} },
};

/** [{name, label, attributes, blocks}]; throws at what Alloy would refuse. */
export function parseConfig(text) {
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token).filter((token) => !/^(\s|\/\/)/.test(token));
  const next = () => tokens.shift();
  const expect = (wanted) => {
    const token = next();
    if (token !== wanted) throw new Error(`expected ${wanted}, got ${token ?? "the end"}`);
  };

  function value() {
    const token = next();
    if (token?.startsWith('"')) return JSON.parse(token);
    if (token === "[") return list();
    if (token === "{") return object();
    if (token === "true" || token === "false") return token === "true";
    if (/^[A-Za-z_]/.test(token ?? "")) return { reference: token };
    throw new Error(`expected a value, got ${token ?? "the end"}`);
  }
  function list() {
    const items = [];
    while (tokens[0] !== "]") {
      items.push(value());
      if (tokens[0] !== "]") expect(",");
    }
    next();
    return items;
  }
  function object() {
    const entries = {};
    while (tokens[0] !== "}") {
      const key = next();
      expect("=");
      entries[key] = value();
      if (tokens[0] !== "}") expect(",");
    }
    next();
    return entries;
  }
  function body(known, name) {
    const found = { attributes: {}, blocks: [] };
    while (tokens.length > 0 && tokens[0] !== "}") {
      const word = next();
      if (tokens[0] === "=") {
        next();
        if (!known.attributes?.includes(word)) throw new Error(`unrecognized attribute name "${word}" in ${name}`);
        found.attributes[word] = value();
      } else {
        found.blocks.push(block(word, known.blocks));
      }
    }
    return found;
  }
  function block(name, known) {
    if (known[name] === undefined) throw new Error(`cannot find the definition of component name "${name}"`);
    const label = tokens[0]?.startsWith('"') ? JSON.parse(next()) : undefined;
    expect("{");
    const inside = body(known[name], name);
    expect("}");
    return { name, label, ...inside };
  }
  const { blocks } = body({ blocks: COMPONENTS }, "the file");
  if (tokens.length > 0) throw new Error(`expected a block, got ${tokens[0]}`);
  return blocks;
}
