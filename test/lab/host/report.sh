# What the host can tell when something went wrong: read-only, and complete however broken it is.
# shellcheck shell=bash

lab_report() {
  case ${1:-} in
    journal) (lab_exec host -- journalctl --no-pager --output=short-precise --boot=all) ;;
    '') (lab_exec host -- bash -s) <"$LAB_HERE/report-host.sh" ;;
    *) die "report $1: there is only \"journal\"" ;;
  esac
}
