/** Checks of subordinate ids, which become the users inside of containers. */
import type { SubidLine } from "../model/facts.ts";
import { printCommand } from "../model/print-command.ts";
import { type Check, check, type Finding, problem, unless } from "./check.ts";
import { freeStart, overlaps, rangeText } from "./free-ids.ts";
import type { IdsFact, OwnFact } from "./parts.ts";
import { listed } from "./words.ts";

type Kind = "subuid" | "subgid";

/** An image may use any id below it. */
const ENOUGH = 65_536;

export const idChecks: readonly Check[] = [
  check({
    id: "subid-overlap",
    group: "accounts",
    what: "whether two accounts share subordinate ids (/etc/subuid, /etc/subgid)",
    finds: "ranges that overlap: the containers of one account could use files of the other's",
    from: ["ids"],
    judge: ({ ids }) => unless(overlapping(ids), "no two accounts share subordinate ids"),
  }),
  check({
    id: "subids",
    group: "accounts",
    what: "whether each account of ours has subordinate ids, and enough",
    finds: `less than ${ENOUGH} in one range`,
    needsRoot: true,
    ours: true,
    from: ["ours", "ids"],
    judge: ({ ours, ids }) =>
      unless(
        ours.filter(({ exists }) => exists).flatMap((account) => tooFew(account, ids)),
        "each has subordinate ids, and enough",
      ),
  }),
];

/** Of two that share ids one has to move: not the one of ours. Both files mostly say the same: then it is one thing to mend. */
function overlapping({ subuids, subgids, ours }: IdsFact): readonly Finding[] {
  const moves = new Map<
    string,
    { readonly line: SubidLine; readonly kinds: Set<Kind>; readonly others: Set<string> }
  >();
  for (const [kind, lines] of [["subuid", subuids] as const, ["subgid", subgids] as const]) {
    for (const { one, other } of overlaps(lines)) {
      const [stays, line] = ours.includes(other.owner) && !ours.includes(one.owner) ? [other, one] : [one, other];
      const move = moves.get(JSON.stringify(line)) ?? { line, kinds: new Set(), others: new Set() };
      move.kinds.add(kind);
      move.others.add(`${stays.owner} (${rangeText(stays)})`);
      moves.set(JSON.stringify(line), move);
    }
  }
  let start = freeStart([...subuids, ...subgids]);
  return [...moves.values()].map(({ line, kinds, others }) => {
    const next = rangeText({ start, count: line.count });
    start = freeStart([{ ...line, start }]);
    const flags = [...kinds].flatMap((kind) => [`--del-${kind}s`, rangeText(line), `--add-${kind}s`, next]);
    const files = [...kinds].map((kind) => `/etc/${kind}`).join(" and ");
    return problem(
      `${line.owner} (${rangeText(line)}) shares ids with ${listed([...others])} in ${files}`,
      printCommand({ argv: ["sudo", "usermod", ...flags, line.owner] }),
      `files of the containers of ${line.owner} keep their old ids, and usermod refuses while ${line.owner} is logged in`,
    );
  });
}

function tooFew({ user, uid }: OwnFact, ids: IdsFact): readonly Finding[] {
  const most = (lines: IdsFact["subuids"]) =>
    Math.max(0, ...lines.filter(({ owner }) => owner === user || owner === String(uid)).map(({ count }) => count));
  const [uids, gids] = [most(ids.subuids), most(ids.subgids)];
  if (uids >= ENOUGH && gids >= ENOUGH) return [];
  const have = (count: number) => (count === 0 ? "no" : count < ENOUGH ? `only ${count}` : String(count));
  return [
    problem(
      `${user} has ${have(uids)} subordinate uids and ${have(gids)} subordinate gids, and needs ${ENOUGH} of each`,
      "sudo install-quadlets",
    ),
  ];
}
