/** Names with "*" for any text: what fits them, and how two of them lie to each other. */

export function isPattern(name: string): boolean {
  return name.includes("*");
}

/** Every name that fits `inner` fits `outer`, too, or is it: a "*" of the inner one is a letter that only a "*" takes. */
export function covers(outer: string, inner: string): boolean {
  let [at, position] = [0, 0];
  // The usual walk with one way back: to the last "*", which then takes a letter more.
  let star: readonly [at: number, position: number] | undefined;
  while (position < inner.length) {
    const letter = outer.charAt(at);
    if (letter === "*") {
      star = [at, position];
      at += 1;
    } else if (letter === inner.charAt(position)) {
      at += 1;
      position += 1;
    } else if (star !== undefined) {
      star = [star[0], star[1] + 1];
      [at, position] = [star[0] + 1, star[1]];
    } else return false;
  }
  return /^\**$/.test(outer.slice(at));
}

/** There is a name that fits both. */
export function overlap(first: string, second: string): boolean {
  const tried = new Set<string>();
  const meet = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const [a, b] = [first.charAt(i), second.charAt(j)];
    if (a === "" && b === "") return true;
    if (a === "*" && (meet(i + 1, j) || (b !== "" && meet(i, j + 1)))) return true;
    if (b === "*" && (meet(i, j + 1) || (a !== "" && meet(i + 1, j)))) return true;
    return a !== "" && a === b && meet(i + 1, j + 1);
  };
  return meet(0, 0);
}
