/** The examples of the page about the site, as somebody copies them from there. */

/** By its heading: "curl", "Python", "Node"; of the part about one address. */
export function snippetsIn(page: string, address: string): Readonly<Record<string, string>> {
  const part = page.split("<h3 ").find((one) => one.includes(`>${address}<`)) ?? "";
  const found = [...part.matchAll(/<h4>(.*?)<\/h4>\s*<div class="command"><pre[^>]*><code>(.*?)<\/code>/gs)];
  return Object.fromEntries(found.map(([, heading = "", code = ""]) => [heading, plain(code)]));
}

/** What somebody who runs the site types for a key. */
export function keyCommandIn(page: string): string {
  const [, command = ""] = /<code>sudo (gateway-manage key create .*?)<\/code>/.exec(page) ?? [];
  return plain(command);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };

function plain(html: string): string {
  return html.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    return String.fromCodePoint(Number.parseInt(hex ?? decimal ?? "", hex === undefined ? 10 : 16));
  });
}

/** In place of Python's package, which the lab has not: the names that the example uses, and the real library's way to ask. */
export const OPENAI_FOR_PYTHON = `
import json, types, urllib.request

class OpenAI:
    def __init__(self, *, base_url, api_key):
        def create(**body):
            headers = {"Authorization": "Bearer " + api_key, "Content-Type": "application/json"}
            request = urllib.request.Request(base_url + "/chat/completions", json.dumps(body).encode(), headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer, object_hook=lambda fields: types.SimpleNamespace(**fields))
        self.chat = types.SimpleNamespace(completions=types.SimpleNamespace(create=create))
`;
