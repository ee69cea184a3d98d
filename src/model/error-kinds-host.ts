/** Kinds of errors about a host, its runs and its services. */
import { kind } from "./error-kind.ts";

export const HOST = {
  "host-not-ready": kind(
    "this host lacks what a run needs",
    "podman, systemd, an address, a port, memory or a device is not as the services need it. Nothing was changed.",
    "Each line has its hint; `install-quadlets doctor` looks at all of it.",
  ),
  "packages-missing": kind(
    "packages are missing",
    "Programs that rootless podman needs are not installed, and this run was not to install any.",
    "The hint installs them; a run without `--no-packages` does, too.",
  ),
  "no-such-program": kind(
    "a program cannot be started",
    "It is not installed, or the system did not start it.",
    "Install the package that contains it.",
  ),
  "command-failed": kind(
    "a command failed",
    "A program of the system ended with an error. The message has the command, how it ended, and the last lines that it wrote.",
    "They say why. The command can be pasted, with root.",
  ),
  "pull-failed": kind(
    "it could not be fetched",
    "An image or a model could not be pulled: no network, no such name, no room, or no right to it.",
    "The message has the registry's own words; a gated model needs a token.",
  ),
  "generator-refused": kind(
    "podman refuses a unit",
    "podman's generator, which makes services of quadlets, does not take one. It was asked before anything was put in place.",
    "`install-quadlets check` with `--podman` of this host; for a unit that we made, please report it.",
  ),
  "account-unfit": kind(
    "a user cannot be had as configured",
    "A user of that name has another home or is root, or no user ids or subordinate ids are free.",
    "Another name in stack.yaml, or room in /etc/subuid and /etc/subgid.",
  ),
  "account-broken": kind(
    "a service was left as it is",
    "What is needed of its account does not answer or is in the way: its user manager, its podman, its home. Or it had data that are not there, or that were made with a secret that is lost or was replaced: nothing is begun anew unasked. All else is done.",
    "Mend what the message says, and run it again.",
  ),
  "nothing-installed": kind(
    "it is not installed here",
    "This host has no installation yet, or none of that service.",
    "`sudo install-quadlets`, with the service in stack.yaml.",
  ),
  "not-recorded": kind(
    "the last run did not write that down",
    "An earlier version installed this, or the service file does not say it.",
    "`sudo install-quadlets` writes it.",
  ),
  "record-damaged": kind(
    "a record is damaged",
    "A file in which this program or podman keeps what it did cannot be read or written.",
    "The hint says what is lost without it, and how to go on.",
  ),
  "newer-program": kind(
    "a newer version wrote that",
    "A record, a journal or a backup has a form that this version does not know. It was not touched.",
    "Use that version, or a newer one.",
  ),
  locked: kind(
    "another run is at work",
    "One run at a time changes this host. The message says who started the other one, and when.",
    "Wait for it. The lock of a run that was killed is taken over.",
  ),
  "not-settled": kind(
    "first the host has to be as configured",
    "The command changes one thing on its own, and there are other changes to do. Nothing was changed.",
    "`sudo install-quadlets`, then it again.",
  ),
  "plan-differs": kind(
    "there is another plan by now",
    "The host or its configuration changed since the plan was shown or kept. Nothing was done.",
    "Look at the new plan.",
  ),
  "plan-unusable": kind(
    "that is no plan for this host",
    "The file is no plan, a damaged one, one of another host or version, or not root's alone. Nothing was done.",
    "`sudo install-quadlets plan --out FILE` makes one.",
  ),
  "still-differs": kind(
    "something is left over",
    "Everything was done, and looking again finds what is not as it should be. It is listed.",
    "Run it again: it continues from there.",
  ),
  "unit-failed": kind(
    "a unit did not come up",
    "systemd gave up on it, or it did not become healthy in time. The message has its last log lines, and what became of the rest.",
    "`svc status NAME` says why, `svc logs NAME` shows all of it.",
  ),
  "not-running": kind(
    "it does not run",
    "A unit, a container or a user manager that is asked for something is down.",
    "The hint starts it.",
  ),
  "not-taken-over": kind(
    "a running service kept what it had",
    "It was given changed files or another password, and did not take them. It goes on as before.",
    "Its words are in the message; a restart reads them anew.",
  ),
  "turn-taken": kind(
    "another service has its turn",
    "Services of one group share a GPU, and one is awake at a time. Exit code 3.",
    "`svc start NAME --swap` stops that one first.",
  ),
  "no-answer": kind(
    "nobody answers",
    "A service on this host, or a server, did not answer in time, broke off, or is not to be trusted.",
    "`svc status NAME` for one of ours; for others the network.",
  ),
  "bad-answer": kind(
    "an answer that cannot be used",
    "A program or a service answered with an error, or with something that has no meaning here.",
    "`svc status NAME` and `svc logs NAME`; where it stays, please report it.",
  ),
  "no-token": kind(
    "a model gives no token",
    "At the end of a run: everything is as configured, and a model that was asked through its public name gave no answer; nothing was taken back. Before requests go to a second instance: it gave no answer where the first does, which runs on; the run was taken back.",
    "The message says the one thing that is missing.",
  ),
  certificate: kind(
    "a certificate cannot be had",
    "The authority, a certificate of the site's own, or Tailscale's stands against it: expired, unreadable, for other names, or in the wrong step of a rotation.",
    "`sudo install-quadlets ca show` says what there is, `sudo install-quadlets doctor names` what is wrong.",
  ),
  "secret-missing": kind(
    "a secret has no value",
    "podman of the service's user does not have it, or does not show it.",
    "`sudo install-quadlets secrets list`; `secrets set` gives one that only you have, a run makes the others.",
  ),
  "no-room": kind(
    "not enough room",
    "The file system has less room than is needed. Nothing was begun.",
    "Make room, or name another place.",
  ),
  "backup-unusable": kind(
    "that backup cannot be used",
    "The file is damaged, cut off, encrypted without its key, no backup, or one that does not fit the service as it is now. Nothing was changed.",
    "`sudo install-quadlets backups --verify` says which ones are whole.",
  ),
  "restore-failed": kind(
    "a restore went wrong",
    "The data were put back and are not what the backup counts, or the way back failed as well. The message says where everything is.",
    "What was there before lies where it says; the next backup or restore tries again.",
  ),
  "data-lost": kind(
    "other images lost the data",
    "A service was started with other images, and of what was counted before nothing is there any more. The copy that was made before is the data again, with the images of before.",
    "Read what the images' release notes say about an upgrade from the version that you have; the log says what they did.",
  ),
  bug: kind(
    "a fault of install-quadlets",
    "Something happened that the program does not know. A run takes back what it did all the same.",
    "Please report it, with the output of `--verbose`.",
  ),
  failed: kind(
    "an error of no kind of its own",
    "None of the others: the message is all there is to say.",
    "What the message says.",
  ),
};
