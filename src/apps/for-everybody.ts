/** Signs as people may hear of them who are not root: what is judged from them names no account, no path and no words of a log. */
import type { More, Signs } from "./signs.ts";

const NUMBER = /^\d+(\.\d+)?$/;

/** The words stay those of `svc status`: none of them depends on what is taken out. */
export function forEverybody(signs: Signs): Signs {
  const { service, health, more } = signs;
  return {
    ...signs,
    // "the user manager of vllm-qwen does not run", "its home directory is not there"
    service: { ...service, user: service.name, home: "directory" },
    health: health && { ...health, words: "" },
    more: more && withoutPlaces(more),
    quoted: (words) => (NUMBER.test(words) ? words : "something"),
  };
}

function withoutPlaces(more: More): More {
  return {
    ...more,
    taken: more.taken && { ...more.taken, process: "another program" },
    full: more.full && { ...more.full, path: "its data" },
    touched: more.touched && { ...more.touched, path: "its configuration" },
  };
}

/** Of a setting, or of a directory of the system's, a sentence may still name one. */
export function withoutPaths(sentence: string): string {
  return sentence.replace(/(^|[\s("'=])\/[^\s;,)"']+/g, "$1a place on its disk");
}
