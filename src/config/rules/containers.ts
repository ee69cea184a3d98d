/** Rules about the containers of one service: order, mounts, files. */
import type { Container } from "../../model/container.ts";
import type { ServiceFile } from "../../model/service.ts";
import { below, covers } from "../assemble/paths.ts";
import { inFile, keyInFile, type Member, type Rule } from "./world.ts";

export const waitsCanEnd: Rule = ({ members }, report) => {
  for (const member of members) {
    const { containers } = member.service;
    for (const { name, after } of containers) {
      for (const { container, condition } of after) {
        const at = keyInFile(member, "containers", name, "after", container);
        const other = containers.find((candidate) => candidate.name === container);
        if (other === undefined) continue;
        if (condition === "completed" && !other.oneshot) {
          report(at, `${container} never completes: it is not a oneshot`, "wait for healthy or started");
        } else if (condition === "healthy" && other.health === undefined) {
          report(at, `${container} has no health check to wait for`, "wait for started, or give it health");
        }
      }
    }
  }
};

export const afterHasNoCycle: Rule = ({ members }, report) => {
  for (const member of members) {
    const { containers } = member.service;
    const reported = new Set<string>();
    for (const { name } of containers) {
      const circle = reported.has(name) ? undefined : pathBetween(containers, name, name, new Set());
      if (circle === undefined) continue;
      for (const step of circle) reported.add(step);
      const at = keyInFile(member, "containers", name, "after");
      report(at, `${name} waits for itself: ${circle.join(" after ")}`, "remove one of the waits");
    }
  }
};

function pathBetween(
  containers: readonly Container[],
  from: string,
  to: string,
  seen: Set<string>,
): readonly string[] | undefined {
  seen.add(from);
  for (const { container } of containers.find(({ name }) => name === from)?.after ?? []) {
    if (container === to) return [from, to];
    const rest = seen.has(container) ? undefined : pathBetween(containers, container, to, seen);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

/** Podman refuses to start a container whose mount source is missing. */
export const mountSourcesExist: Rule = ({ members }, report) => {
  for (const member of members) {
    const { directories, files, containers } = member.service;
    for (const container of containers) {
      container.mounts.forEach(({ source }, index) => {
        if (directories.some(({ path }) => covers(path, source)) || files.some(({ path }) => path === source)) return;
        const at = inFile(member, "containers", container.name, "mounts", index, "source");
        report(at, `nothing makes ${source}`, "add it to directories or files");
      });
    }
  }
};

/** With their places in the service file: some of those that stand there may be left out. */
function filesOf({ draft, service }: Member): readonly (ServiceFile & { readonly index: number })[] {
  let index = -1;
  return service.files.map((file) => {
    index = draft.written.files.findIndex(
      ({ path, template }, at) => at > index && template === file.template && below(draft.home, path) === file.path,
    );
    return { ...file, index };
  });
}

export const filesLieInDirectories: Rule = ({ members }, report) => {
  for (const member of members) {
    const { directories, account } = member.service;
    filesOf(member).forEach(({ path, index }) => {
      const parent = path.slice(0, path.lastIndexOf("/"));
      if (parent === account.home || directories.some((directory) => directory.path === parent)) return;
      report(inFile(member, "files", index, "path"), `nothing makes ${parent}`, "add it to directories");
    });
  }
};

export const pathsAreDistinct: Rule = ({ members }, report) => {
  for (const member of members) {
    const { directories } = member.service;
    const seen = new Set<string>();
    const once = (path: string, ...at: (string | number)[]): void => {
      if (seen.has(path)) report(inFile(member, ...at), `${path} is there twice`, "remove one of them");
      seen.add(path);
    };
    directories.forEach(({ path }, index) => {
      once(path, "directories", index, "path");
    });
    filesOf(member).forEach(({ path, index }) => {
      once(path, "files", index, "path");
    });
  }
};

/** A file that is mounted by itself stays the old one: it is replaced as a whole, under a new inode. */
export const reloadsAreSeen: Rule = ({ members }, report) => {
  for (const member of members) {
    const { containers } = member.service;
    filesOf(member).forEach(({ path, reloads, index }) => {
      reloads.forEach((name, position) => {
        const at = inFile(member, "files", index, "reloads", position);
        const container = containers.find((candidate) => candidate.name === name);
        if (container === undefined) return;
        if (container.reload === undefined) {
          report(at, `${name} has no reload command`, "give the container one, or say restarts");
        } else if (!container.mounts.some(({ source }) => source !== path && covers(source, path))) {
          report(at, `${name} would not see that ${path} changes`, "mount the directory that it lies in");
        }
      });
    });
  }
};

/** Without a pod every container has a network of its own: that must be meant. */
export const severalContainersNeedAPod: Rule = ({ members }, report) => {
  for (const member of members) {
    const { containers, pod, name } = member.service;
    const { apart, quadlets } = member.draft.written;
    const at = keyInFile(member, "containers");
    if (containers.length === 0 && quadlets.length === 0) report(at, `${name} has no container`);
    if (containers.length > 1 && pod === undefined && !apart)
      report(at, "several containers need a pod", "add pod: {}; or apart: true where none calls another");
    if (pod !== undefined && apart) {
      report(keyInFile(member, "apart"), "containers of a pod share a network", "remove one of pod and apart");
    }
  }
};
