/** Every rule, in the order of docs/rules.md. */

import { buildRules } from "./builds.ts";
import { bundleRules } from "./bundles.ts";
import { capabilityRules } from "./capabilities.ts";
import { containerRules } from "./container.ts";
import { dependencyRules } from "./dependencies.ts";
import { environmentRules } from "./environment.ts";
import { healthRules } from "./health.ts";
import { inlineCommentRules } from "./inline-comments.ts";
import { keyRules } from "./keys.ts";
import { managerRules } from "./manager.ts";
import { mountRules } from "./mounts.ts";
import { nameRules } from "./names.ts";
import { networkModeRules } from "./network-modes.ts";
import { podmanOptionRules } from "./podman-options.ts";
import { podmanValueRules } from "./podman-values.ts";
import { podRules } from "./pods.ts";
import { referenceRules } from "./references.ts";
import { replacedRules } from "./replaced.ts";
import { resourceRules } from "./resources.ts";
import { restartRules } from "./restarts.ts";
import type { Rule } from "./rule.ts";
import { serviceRules } from "./service.ts";
import { serviceTypeRules } from "./service-type.ts";
import { systemdRules } from "./systemd.ts";
import { textRules } from "./text.ts";
import { timezoneRules } from "./timezones.ts";
import { valueRules } from "./values.ts";

export const chapters: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: "The text of a file", rules: textRules },
  { title: "Keys, sections and kinds of file", rules: keyRules },
  { title: "Quotes, escapes and comments", rules: [...valueRules, ...inlineCommentRules] },
  { title: "Words and variables", rules: environmentRules },
  { title: "Containers", rules: containerRules },
  { title: "Volumes and mounts", rules: mountRules },
  { title: "Pods", rules: podRules },
  { title: "Networks, volumes, images, builds and .kube", rules: [...resourceRules, ...buildRules] },
  { title: "Units that name each other", rules: [...referenceRules, ...dependencyRules, ...nameRules] },
  { title: "Health and readiness", rules: healthRules },
  { title: "[Service]", rules: [...serviceTypeRules, ...serviceRules, ...restartRules] },
  { title: "What the generator replaces", rules: replacedRules },
  { title: "The manager that runs it", rules: managerRules },
  { title: "What systemd expands", rules: systemdRules },
  {
    title: "What podman refuses at the start",
    rules: [...podmanValueRules, ...capabilityRules, ...timezoneRules, ...podmanOptionRules],
  },
  { title: "Ways into the network", rules: networkModeRules },
  { title: "Bundles", rules: bundleRules },
];

export const rules: readonly Rule[] = chapters.flatMap((chapter) => chapter.rules);
