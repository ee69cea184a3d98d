#!/bin/sh
# The image's entrypoint: flags alone mean `minio FLAGS`.
set -e
if [ "${1#-}" != "$1" ] || [ "$1" = server ]; then set -- minio "$@"; fi
exec "$@"
