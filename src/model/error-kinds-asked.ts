/** Kinds of errors about what was asked for: words, names, files, the configuration. */
import { kind } from "./error-kind.ts";

export const ASKED = {
  usage: kind(
    "there is no such word or flag",
    "What was typed cannot be read: a command or a flag that there is not, or an argument too few or too many. Exit code 64.",
    "`--help` behind any command lists what there is, with examples.",
  ),
  "bad-value": kind(
    "a value that cannot be used",
    "A flag, an argument or an answer has the wrong form, or is out of its range. Nothing was changed.",
    "The message says what is wanted.",
  ),
  "unknown-name": kind(
    "nothing has that name",
    "No service, unit, secret, run, key, model or group is called so here.",
    "The hint has the nearest name, or the command that lists them.",
  ),
  ambiguous: kind("it could be several", "More than one thing fits what was typed.", "Name the one that is meant."),
  "does-not-apply": kind(
    "that cannot be done with it",
    "It is there, but it is not of the kind that the command is for: a service without data cannot be backed up, a secret that follows another is not set by hand.",
    "The hint names the command or the setting that fits.",
  ),
  "no-terminal": kind(
    "there is nobody to ask, or nothing to draw on",
    "The command has a question, and neither a terminal to ask on nor the flag that answers it; or it draws a screen, and there is none. Nothing was changed.",
    "Add the flag, or type the command, that the hint names.",
  ),
  "needs-root": kind(
    "it needs root",
    "Users, units of other users and secrets are root's to see and to change. Nothing was begun. Exit code 77.",
    "The same with `sudo` in front; the hint has it.",
  ),
  stopped: kind(
    "a person stopped it",
    "Ctrl-C, a no to a question, or no answer to it. Nothing has failed; the message says what was changed, if anything was. Exit code 130.",
    "Run it again whenever you like.",
  ),
  "already-there": kind(
    "the name is taken",
    "What would be written is there already. It was not touched.",
    "Choose another name, or move it away.",
  ),
  "no-such-file": kind(
    "no such file or directory",
    "A file or directory that is needed is not there.",
    "Look at the path; the hint makes it, where that is all there is to do.",
  ),
  "unusable-file": kind(
    "a file that cannot be used",
    "It cannot be read, is too large, is a directory, a link, a pipe or no text, belongs to the wrong user, or does not hold what it should.",
    "The message says which of these; `install-quadlets check FILE` looks into a configuration.",
  ),
  "not-writable": kind(
    "a file cannot be written",
    "Its directory is not there, or the file system does not let it be written.",
    "Name another place, or make room and rights there.",
  ),
  "in-the-way": kind(
    "something is in the way",
    "A link, a directory, a mounted file system or something of another maker lies where a run wants to write or remove. Nothing of it was touched: service users own parts of these trees, and root follows no link there.",
    "Look at it, move it away, and run again.",
  ),
  configuration: kind(
    "the configuration has faults",
    "stack.yaml, a service file, providers, mappings or keys do not hold together. Every fault is listed with its place; nothing was changed.",
    "`install-quadlets check` finds them without root. docs/rules.md explains the rules for quadlets.",
  ),
  "cannot-be-written": kind(
    "a value has no form there",
    "A value of the configuration cannot be expressed in the file that it belongs in, a unit file for instance: a line break, a NUL, a colon where podman splits.",
    "Change the value.",
  ),
  "does-not-fit": kind(
    "the model does not fit",
    "By its weights and its cache the model needs more memory than the GPUs have.",
    "`install-quadlets fit MODEL` says what to lower.",
  ),
  "no-gpu": kind(
    "no GPU could be asked",
    "There is none here, its driver does not answer, or it is cut into parts.",
    "`install-quadlets doctor gpu` says why; `--gpu 24G` calculates for another one.",
  ),
};
