#!/bin/sh
# Nothing to do unless the optional assistant is switched on, which this stand-in does not have.
[ "${TOGGLE_OLLIE_ENABLED:-false}" = true ] || exit 0
echo 'TOGGLE_OLLIE_ENABLED=true is not supported by the stand-in' >&2
exit 1
