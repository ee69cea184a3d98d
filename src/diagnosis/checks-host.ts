/** Checks of the host itself: kernel, control groups, systemd, memory, clock, SELinux. */

import { memoryText } from "../model/size.ts";
import { type Check, check, type Finding, mended, ok, problem, skip, unless, warning } from "./check.ts";
import { installCommand, packagesText } from "./packages.ts";

/** Overlay file systems without root came with it. */
const OLDEST_KERNEL = { major: 5, minor: 13, text: "5.13" };
/** RHEL 9.5 has it, the oldest of the hosts that can have the oldest podman. */
const OLDEST_SYSTEMD = 252;
const OLDEST_NODE = { major: 20, minor: 19, text: "20.19" };
/** What the units of containers are bounded by. */
const NEEDED = ["memory", "pids"];

export const hostChecks: readonly Check[] = [
  check({
    id: "kernel",
    group: "host",
    what: "the version of the kernel",
    finds: `a kernel before ${OLDEST_KERNEL.text}, on which rootless podman has no overlay file system of its own`,
    from: ["kernel"],
    judge: ({ kernel }) =>
      isBefore(kernel.release, OLDEST_KERNEL)
        ? { found: [warning(`kernel ${kernel.release} is older than ${OLDEST_KERNEL.text}`, undefined, OLD_KERNEL)] }
        : ok(`kernel ${kernel.release}`),
  }),
  check({
    id: "cgroup",
    group: "host",
    what: "control groups: the unified hierarchy, and its controllers",
    finds: "the old hierarchy, and controllers without which limits are not kept",
    from: ["kernel"],
    judge: ({ kernel: { controllers, container } }) => {
      if (controllers === undefined)
        return { found: [problem("control groups are not of version 2 (the unified hierarchy)", undefined, UNIFIED)] };
      const lacking = NEEDED.filter((name) => !controllers.includes(name));
      if (lacking.length === 0) return ok(`cgroup v2 with ${controllers.join(", ")}`);
      const where = container === "" ? "this kernel" : `this machine, which is a container itself (${container}),`;
      const message = `${where} has no control group controller ${lacking.join(" and ")}: such limits of services are not kept`;
      const hint =
        container === ""
          ? "remove cgroup_disable= from the kernel's command line, and boot"
          : "allow it where this machine is started";
      return { found: [warning(message, undefined, hint)] };
    },
  }),
  check({
    id: "user-namespaces",
    group: "host",
    what: "whether accounts may make user namespaces, which every rootless container lives in",
    finds: "what forbids them: sysctls, Debian's switch, AppArmor without a profile for podman",
    from: ["kernel"],
    judge: ({ kernel }) => {
      const found: Finding[] = [];
      if (kernel.namespaces === 0)
        found.push(
          problem(
            "user.max_user_namespaces is 0: no rootless container can start",
            sysctl("user.max_user_namespaces=28633"),
          ),
        );
      if (kernel.forbidden)
        found.push(
          problem(
            "kernel.unprivileged_userns_clone is 0: no rootless container can start",
            sysctl("kernel.unprivileged_userns_clone=1"),
          ),
        );
      if (kernel.restricted && !kernel.profile)
        found.push(
          problem("AppArmor refuses user namespaces to programs without a profile, and podman has none", PROFILE),
        );
      return unless(found, "accounts may make user namespaces");
    },
  }),
  check({
    id: "systemd",
    group: "host",
    what: "systemd as PID 1, and its version",
    finds: `another init, and systemd before ${OLDEST_SYSTEMD}`,
    from: ["systemd"],
    judge: ({ systemd: { version: systemd } }) => {
      if (systemd === undefined) return { found: [problem("systemd is not running as PID 1", undefined, NO_SYSTEMD)] };
      if (systemd >= OLDEST_SYSTEMD) return ok(`systemd ${systemd}`);
      return { found: [warning(`systemd ${systemd} is older than ${OLDEST_SYSTEMD}, the oldest that was tried`)] };
    },
  }),
  check({
    id: "node",
    group: "host",
    what: "the version of Node that runs this",
    finds: `Node before ${OLDEST_NODE.text}`,
    from: ["node"],
    judge: ({ node: { version: node } }, { os }) => {
      if (!isBefore(node, OLDEST_NODE)) return ok(`node ${node}`);
      const message = `node ${node} is older than ${OLDEST_NODE.text}`;
      return { found: [mended(problem, message, installCommand(os, ["nodejs"]), packagesText(os, ["nodejs"]))] };
    },
  }),
  check({
    id: "clock",
    group: "host",
    what: "whether the clock is kept",
    finds: "a clock that nobody sets: certificates and logins depend on it",
    from: ["clock", "kernel"],
    judge: ({ clock, kernel }, { os }) => {
      if (kernel.container !== "") return ok(`the machine below this ${kernel.container} container keeps the clock`);
      if (clock.synchronised === undefined) return skip("nobody says whether the clock is kept");
      if (clock.synchronised) return ok("the clock is synchronised");
      const message = "the clock is not synchronised: certificates may seem to have ended, or not to be valid yet";
      if (clock.on) return { found: [warning(message, undefined, NO_ANSWER)] };
      const on = "sudo timedatectl set-ntp true";
      const install = installCommand(os, ["timesync"]);
      const repair = clock.can ? on : install === undefined ? undefined : `${install} && ${on}`;
      return { found: [mended(warning, message, repair, packagesText(os, ["timesync"]))] };
    },
  }),
  check({
    id: "selinux",
    group: "host",
    what: "SELinux: the policy for containers, and labels for homes outside of /home",
    finds: "a policy that is missing, and stores that containers may not read",
    from: ["selinux"],
    judge: ({ selinux: { enforcing, policy, unlabelled } }, { os }) => {
      if (!enforcing) return skip("SELinux does not enforce anything here");
      const found: Finding[] = [];
      if (!policy)
        found.push(
          mended(
            problem,
            "SELinux is enforcing, and its policy for containers is not installed",
            installCommand(os, ["container-selinux"]),
            packagesText(os, ["container-selinux"]),
          ),
        );
      for (const home of unlabelled)
        found.push(warning(`SELinux has no rule for containers' files below ${home}`, relabel(home)));
      return unless(found, "SELinux is enforcing, with a policy for containers");
    },
  }),
  check({
    id: "memory",
    group: "host",
    what: "how much memory and swap there is",
    finds: "nothing by itself: memory-limits compares it with what the services may use",
    from: ["memory"],
    judge: ({ memory: { total, swap } }) => ok(`${memoryText(total)} of memory, ${memoryText(swap)} of swap`),
  }),
];

const UNIFIED = "boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line";
const OLD_KERNEL = "a newer kernel of the distribution, or fuse-overlayfs for each account";
const NO_SYSTEMD = "install on a host that was booted with systemd, not inside a plain container or chroot";
const NO_ANSWER = "its server does not answer: timedatectl timesync-status or chronyc sources says which that is";

/** As Ubuntu ships it: nothing is refused to podman, and it may make user namespaces. */
const PROFILE = [
  "printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile podman /usr/bin/podman flags=(unconfined) {\\n  userns,\\n}\\n'",
  "sudo tee /etc/apparmor.d/podman && sudo apparmor_parser --replace /etc/apparmor.d/podman",
].join(" | ");

/** Now and after the next boot. */
function sysctl(setting: string): string {
  return `echo ${setting} | sudo tee /etc/sysctl.d/60-containers.conf && sudo sysctl --load /etc/sysctl.d/60-containers.conf`;
}

function relabel(home: string): string {
  const store = `${home}/.local/share/containers/storage`;
  return `sudo semanage fcontext --add --equal /var/lib/containers/storage ${store} && sudo restorecon -R ${store}`;
}

function isBefore(version: string, oldest: { readonly major: number; readonly minor: number }): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  // What says no version is not claimed to be old.
  if (major === undefined) return false;
  return Number(major) !== oldest.major ? Number(major) < oldest.major : Number(minor) < oldest.minor;
}
