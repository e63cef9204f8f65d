#!/bin/sh
# SPDX-License-Identifier: MIT
# autogen.sh          makes ./configure
# autogen.sh demo     installs what is missing, builds in build/, shows the main job
# autogen.sh check    installs what is missing, builds in build/, runs every test
set -eu
cd "$(dirname "$0")"
say() { printf 'autogen.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

debian_packages='gcc make autoconf automake libtool libltdl-dev pkg-config libcurl4-openssl-dev libjansson-dev
  libyaml-dev libpcre2-dev libxxhash-dev libssl-dev libcmocka-dev libzookeeper-mt-dev python3 openssl ca-certificates'
fedora_packages='gcc make autoconf automake libtool libtool-ltdl-devel pkgconf-pkg-config libcurl-devel jansson-devel
  libyaml-devel pcre2-devel xxhash-devel openssl-devel libcmocka-devel python3 openssl'

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "please run as root: $*"; fi
}

install_debian() {
  missing=
  for package in $debian_packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      { [ "$package" = pkg-config ] && command -v pkg-config >/dev/null; } || missing="$missing $package"
  done
  [ -z "$missing" ] && return
  say "installing with apt-get:$missing"
  as_root apt-get update -qq || say 'apt-get update failed; trying with the lists at hand'
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}

install_fedora() {
  missing=
  for package in $fedora_packages; do
    rpm -q --whatprovides "$package" >/dev/null 2>&1 || missing="$missing $package"
  done
  [ -z "$missing" ] && return
  say "installing with dnf:$missing"
  # shellcheck disable=SC2086
  as_root dnf install -y -q $missing >&2
}

install_packages() {
  if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then install_debian
  elif command -v dnf >/dev/null; then install_fedora
  else say 'neither apt-get nor dnf here: install what README.md lists, if anything is missing'; fi
}

generate() {
  command -v autoreconf >/dev/null || die 'autoreconf is missing: install autoconf, automake and libtool'
  mkdir -p build-aux
  autoreconf --install --force
  # configure sweeps up core dumps; ours is a folder, and rm would complain 44 times.
  sed 's/rm -f core /rm -f /' configure >configure.tmp
  cat configure.tmp >configure
  rm configure.tmp
}

# Configures once; make takes care of what has changed since.
build() {
  install_packages
  [ -x configure ] || generate
  mkdir -p build
  # shellcheck disable=SC2086
  [ -f build/Makefile ] || (cd build && ../configure ${PROXENOS_CONFIGURE-})
  make -C build -j"$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"
}

case ${1-} in
  '') generate ;;
  demo) build >&2 && exec sh examples/demo.sh "$PWD/build" ;;
  check) build && exec make -C build check -j"$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)" ;;
  *) die "usage: autogen.sh [demo|check]" ;;
esac
