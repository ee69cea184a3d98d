/**
 * Templates that the build has compiled, by their source. Empty in the sources: scripts/build.mjs puts the built-in ones in,
 * because compiling them takes longer than everything else that a run with nothing to do does in render.
 */
export const precompiled: ReadonlyMap<string, TemplateSpecification> = new Map();
