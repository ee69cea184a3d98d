#!/bin/sh
exec node /opt/lab/standins/opik-migrations.mjs "$@"
