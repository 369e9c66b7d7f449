# Sourced by the scripts beside it: brings a fresh machine to where they can run. Installs only what is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

node_is_new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

need_node() {
  command -v node >/dev/null || { say "Node 20.19 or later is needed: https://nodejs.org"; exit 1; }
  node_is_new_enough ||
    { say "Node 20.19 or later is needed; this is $(node --version)"; exit 1; }
}

# need_packages required|optional PACKAGE...: Debian packages, by apt when root, else the line to type.
need_packages() {
  local kind=$1 package missing=()
  shift
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing ${missing[*]} …"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } >&2 && return 0
  fi
  say "$([ "$kind" = required ] && echo Needed || echo 'Better with'): sudo apt-get install --no-install-recommends ${missing[*]}"
  [ "$kind" = optional ]
}

# What the system calls ALSA's library: with Debian 13 its name tells how long its times are.
alsa_library() {
  local release
  release=$(. /etc/os-release 2>/dev/null && case " ${ID:-} " in ' debian ' | ' raspbian ') echo "${VERSION_ID:-}" ;; esac)
  if [ "${release%%.*}" -ge 13 ] 2>/dev/null || apt-cache show libasound2t64 >/dev/null 2>&1; then echo libasound2t64; else echo libasound2; fi
}

need_modules() {
  local stamp=$root/node_modules/.kikitome-installed
  [ "$stamp" -nt "$root/package-lock.json" ] && return 0
  say 'Installing Node modules …'
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >&2)
  touch "$stamp"
}

# Builds dist/ if a source is newer than it.
need_build() {
  local stamp=$root/dist/.built
  if [ -e "$stamp" ] && [ -z "$(find "$root"/{hal,drivers,boards,storage,firmware,tsconfig.json,tsconfig.build.json,package.json} \
    \( -name '*.ts' -o -name '*.json' \) -newer "$stamp" -print -quit)" ]; then
    return 0
  fi
  say 'Building …'
  rm -rf "$root/dist"
  "$root/node_modules/.bin/tsc" -p "$root/tsconfig.build.json"
  chmod +x "$root/dist/firmware/main.js"
  touch "$stamp"
}
