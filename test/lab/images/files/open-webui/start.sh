#!/usr/bin/env bash
# Starts the server from the backend's folder; without a key in the environment one would be made up in the container, which this image refuses.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit
exec node /opt/lab/standins/open-webui.mjs
