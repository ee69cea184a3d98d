#!/bin/bash
# The entry of the real image: hands its arguments on and is gone, so that signals reach the program.
exec node /opt/lab/litellm.mjs "$@"
