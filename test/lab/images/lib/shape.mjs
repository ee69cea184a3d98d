// Reads a configuration beside the shape that it has to have, as strict programs do.

export const text = (value) => typeof value === "string" && value !== "";
export const flag = (value) => typeof value === "boolean";
export const one =
  (...values) =>
  (value) =>
    values.includes(value);

/**
 * @param shape a function says whether a value is of its kind, a list has the shape of all its entries, a mapping one for each key ("*": any other)
 * @param need is told of each fault
 * @param words { unknown(path, name, key), isWhole }: what is said of a key that is in no shape; whether each key of a shape has to be there
 */
export function checkShape(value, shape, need, words, path = "") {
  if (typeof shape === "function") {
    need(shape(value), `${path}: ${JSON.stringify(value)} is not of the kind that belongs there`);
  } else if (Array.isArray(shape)) {
    if (!need(Array.isArray(value), `${path} is no list`)) return;
    for (const [index, entry] of value.entries()) checkShape(entry, shape[0], need, words, `${path}[${index}]`);
  } else {
    if (!need(value !== null && typeof value === "object", `${path} is no mapping`)) return;
    for (const [key, entry] of Object.entries(value)) {
      const known = shape[key] ?? shape["*"];
      const name = path === "" ? key : `${path}.${key}`;
      if (need(known !== undefined, words.unknown(path, name, key))) checkShape(entry, known, need, words, name);
    }
    if (words.isWhole)
      for (const key of Object.keys(shape))
        if (key !== "*") need(Object.hasOwn(value, key), `${path}.${key} is missing`);
  }
}
