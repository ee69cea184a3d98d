/** Rules about users, homes and names on the host. */
import { groupBy } from "../../model/group-by.ts";
import { covers, upwards } from "../assemble/paths.ts";
import { keySpotAt } from "../report.ts";
import { forEachTwin, type Member, type Rule, whereSet } from "./world.ts";

export const usersAreDistinct: Rule = ({ members }, report) => {
  const userOf = (member: Member) => member.service.account.user;
  forEachTwin(members, userOf, (first, second) => {
    const { name } = second.service;
    report(
      whereSet(second, ["account", "user"], ["account", "user"]),
      `${name} runs as ${userOf(second)}, and so does ${first.service.name}`,
      `every service has its own user: set services.${name}.account.user`,
    );
  });
};

export const homesAreApart: Rule = ({ members }, report) => {
  const homeOf = (member: Member) => member.service.account.home;
  const numbered = members.map((member, index) => ({ member, index }));
  const residents = groupBy(numbered, ({ member }) => homeOf(member) as string);
  for (const inner of numbered) {
    for (const directory of upwards(homeOf(inner.member))) {
      for (const outer of residents.get(directory) ?? []) {
        // Equal homes are met from both sides.
        if (directory === homeOf(inner.member) && outer.index >= inner.index) continue;
        const [first, second] = outer.index < inner.index ? [outer, inner] : [inner, outer];
        apart(first.member, second.member);
      }
    }
  }

  function apart(first: Member, second: Member): void {
    const [a, b] = [homeOf(first), homeOf(second)];
    const { name } = second.service;
    report(
      whereSet(second, ["account", "home"], ["account", "home"]),
      a === b
        ? `${b} is also the home of ${first.service.name}`
        : `${b} overlaps ${a}, the home of ${first.service.name}`,
      `set services.${name}.account.home to a directory of its own`,
    );
  }
};

/** Accounts that every host has for something else. */
const SYSTEM_USERS = ["root", "nobody", "daemon", "bin", "sys", "mail", "adm", "sync", "www-data"];

export const usersAreOurs: Rule = ({ members }, report) => {
  for (const member of members) {
    const { user } = member.service.account;
    if (!SYSTEM_USERS.includes(user)) continue;
    const at = whereSet(member, ["account", "user"], ["account", "user"]);
    report(at, `${user} belongs to the system`, "a service has a user of its own");
  }
};

/** The state of the tool itself lives there. */
export const homesAreFree: Rule = ({ members }, report) => {
  for (const member of members) {
    const { home } = member.service.account;
    const taken = ["/var/lib/install-quadlets", "/var/lib/systemd", "/var/lib/containers", "/var/lib/dpkg"];
    const owner = taken.find((directory) => covers(directory, home));
    if (owner === undefined) continue;
    const at = whereSet(member, ["account", "home"], ["account", "home"]);
    report(at, `${home} is inside ${owner}, which belongs to the system`, "choose another directory below /var/lib");
  }
};

/** Commands take plain unit names, so they are distinct over all users; a pod's own unit is NAME-pod. */
export const unitsAreDistinct: Rule = ({ members }, report) => {
  const units = members.flatMap((member) => [
    ...(member.service.pod === undefined ? [] : [{ member, unit: `${member.service.pod.name}-pod`, path: ["pod"] }]),
    ...member.service.containers.flatMap(({ unit, name, twin }) =>
      [unit, ...(twin === undefined ? [] : [twin.unit])].map((unit) => ({ member, unit, path: ["containers", name] })),
    ),
    ...member.raw.map((raw) => ({
      member,
      unit: raw.service.replace(/\.service$/, ""),
      path: ["quadlets", member.draft.written.quadlets.findIndex((path) => path.endsWith(`/${raw.unit.name}`))],
    })),
  ]);
  const unitOf = ({ unit }: (typeof units)[number]) => unit;
  forEachTwin(units, unitOf, (first, second) => {
    const { draft, service } = second.member;
    report(
      draft.from === draft.name ? keySpotAt(draft.file, second.path) : keySpotAt(draft.stack, ["services", draft.name]),
      `the unit ${second.unit}.service of ${service.name} is also a unit of ${first.member.service.name}`,
      "rename one of them",
    );
  });
};
