/**
 * YAML files that the build has parsed, by their text: packed nodes as JSON. Empty in the sources: scripts/build.mjs puts the
 * built-in ones in, because parsing them takes a quarter of the processor time of a run with nothing to do.
 */
export const preparsed: ReadonlyMap<string, string> = new Map();
