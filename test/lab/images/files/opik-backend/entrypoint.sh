#!/bin/sh
exec node /opt/lab/standins/opik-backend.mjs "$@"
