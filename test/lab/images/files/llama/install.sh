#!/bin/bash
# In the root of any release: forky's llama-server in /opt/llama with every library that it was made with, where nothing else finds them.
# For build.sh, in a chroot; `mirror` is a Debian archive. Leaves forky's python3-gguf in /tmp/forky/gguf, which is in no layer.
# shellcheck disable=SC2154
set -euo pipefail

at=/tmp/forky
mkdir -p $at/{lists,archives}/partial
echo "deb $mirror forky main" >$at/sources.list
# As if nothing were installed: what is here is of another release.
cat >$at/apt.conf <<END
Dir::State::status "/dev/null";
Dir::State::lists "$at/lists";
Dir::Cache::archives "$at/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "$at/sources.list";
Dir::Etc::sourceparts "-";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
END
export APT_CONFIG=$at/apt.conf
apt-get update -qq
apt-get install -y -qq --download-only llama.cpp-tools
(cd $at && apt-get download -qq python3-gguf && dpkg -x python3-gguf_*.deb gguf)
for package in "$at"/archives/*.deb; do dpkg -x "$package" $at/root; done

libraries=("$at"/root/usr/lib/*-linux-gnu)
loader=("${libraries[0]}"/ld-linux-*)
# The libraries that are found at the start, each by the name that it is asked for.
mkdir -p /opt/llama
"${loader[0]}" --library-path "${libraries[0]}:${libraries[0]}/llama" --list $at/root/usr/bin/llama-server |
  sed -n 's/.* => \([^ ]*\).*/\1/p' | while read -r library; do cp -L "$library" /opt/llama/; done
mv /opt/llama/ld-linux-* /opt/llama/ld.so
cp $at/root/usr/bin/llama-server /opt/llama/
# The one for the processor is looked for at its own place.
cp -r "${libraries[0]}/ggml" "/usr/lib/${libraries[0]##*/}/"
printf '#!/bin/sh\nexec /opt/llama/ld.so --library-path /opt/llama /opt/llama/llama-server "$@"\n' >/usr/bin/llama-server
chmod 755 /usr/bin/llama-server
