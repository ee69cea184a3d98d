# The package sets of the images in gateway/images.mjs, for build.sh.
# shellcheck shell=bash disable=SC2154

# Not the packages of postgresql-common, which keep clusters and need perl and every locale.
install postgres '' "$get tzdata \$(apt-cache depends --important postgresql-18 postgresql-client-18 | sed -n 's/^  Depends: \(lib[^ ]*\)\$/\1/p')
  $unpack unpack postgresql-18 postgresql-client-18; rm -rf /usr/lib/postgresql/18/lib/pgxs" & pids+=($!)
{
  install node '' "$get nodejs; rm -rf /usr/share/nodejs/corepack"
  install yaml node "$get python3-minimal libpython3-stdlib python3-yaml"
  prepare busybox '' "$get busybox"
} & pids+=($!)
{
  install llama '' "$get llama.cpp-tools curl; rm -f /usr/bin/llama-{bench,cli,completion,quantize}"
  # What writes the model is in no image: the file is.
  mkdir -p "$work/sets/model"
  cp "$here/files/llama/model.py" "$work/sets/model/"
  prepare model '' "$get python3-gguf; python3 /model.py /model.gguf lab"
} & pids+=($!)
