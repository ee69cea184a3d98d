#!/bin/bash
# The real llama-server under the contract of its image: a GPU where the image is for one, a hub that has one model for every name.
set -euo pipefail

refuse() { echo "llama-server: refused to start: $*" >&2; exit 1; }

[[ -z ${LAB_GPU:-} || -e /dev/nvidia0 ]] || refuse "no /dev/nvidia0 (AddDevice=nvidia.com/gpu=...), and this image is for GPUs"
if [[ -n ${LLAMA_ARG_MODEL:-} && -n ${LLAMA_ARG_HF_REPO:-} ]]; then refuse "LLAMA_ARG_MODEL and LLAMA_ARG_HF_REPO are two models"; fi
if [[ -n ${LLAMA_ARG_HF_REPO:-} ]]; then
  # There is no hub to load from; where the file would have gone is real, and so is what is missing there.
  [[ $LLAMA_ARG_HF_REPO =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)?$ ]] || refuse "no repository: $LLAMA_ARG_HF_REPO"
  cache=${LLAMA_CACHE:-$HOME/.cache/llama.cpp}
  file=$cache/${LLAMA_ARG_HF_REPO//[:\/]/_}.gguf
  if [[ ! -e $file ]]; then
    [[ -z ${LLAMA_ARG_OFFLINE:-} ]] || refuse "$LLAMA_ARG_HF_REPO is not in $cache, and LLAMA_ARG_OFFLINE is set"
    if ! { mkdir -p "$cache" && cp /opt/lab/model.gguf "$file.part" && mv "$file.part" "$file"; }; then refuse "$cache is not writable"; fi
    echo "llama-server: downloaded $LLAMA_ARG_HF_REPO to $file"
  fi
  export LLAMA_ARG_MODEL=$file
  unset LLAMA_ARG_HF_REPO HF_TOKEN
fi
# What the model needs there is a matter of the weights, of which this one has next to none: layers stay where they are.
exec /usr/bin/llama-server "$@"
