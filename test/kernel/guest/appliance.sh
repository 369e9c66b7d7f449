# What the appliance scenario types. Sourced by bash in a guest whose process 1 is systemd, with the recorder installed.
unit=kikitome.service
opt=/opt/kikitome/bin

shown() { systemctl show --value -p "$1" "${2:-$unit}"; }
as_recorder() { setpriv --reuid=kikitome --regid=kikitome --init-groups -- "$@"; }
us() { awk '{ printf "%d\n", $1 * 1000000 }' /proc/uptime; }
# until_true SECONDS COMMAND...
until_true() {
  local left=$(($1 * 5))
  shift
  until "$@"; do
    ((left -= 1)) || { echo "NEVER $*"; systemctl status --no-pager $unit; journalctl -b --no-pager | tail -n 40; return 1; }
    sleep 0.2
  done
}
armed() { [ "$(shown ActiveState)" = active ]; }
armed_again() { armed && [ "$(shown ActiveEnterTimestampMonotonic)" != "$1" ]; }
says_fault() { as_recorder $opt/kikitome faults --lang en --json | grep -q "$1"; }
no_fault() { ! says_fault "$1"; }
has_call() { as_recorder $opt/kikitome calls --lang en --json | grep -q '"outcome"'; }
has_gone() { [ ! -e "$1" ]; }

# Who it is and what it has open, once it is armed by itself.
tell_start() {
  until_true 120 armed || return
  local pid
  pid=$(shown MainPID)
  echo "ARMED $(($(shown ActiveEnterTimestampMonotonic) / 1000))"
  echo "USER $(ps -o user= -p "$pid")"
  echo "GROUPS $(grep ^Groups: "/proc/$pid/status" | cut -f2 | xargs -n1 getent group | cut -d: -f1 | sort | xargs)"
  echo "CHIPS $(find "/proc/$pid/fd" -lname '/dev/gpiochip*' | wc -l)"
  echo "PINS $(find "/proc/$pid/fd" -lname '*gpio-line*' | wc -l)"
  echo "SWAP $(grep ^VmSwap "/proc/$pid/status" | tr -dc 0-9) $(cat "/sys/fs/cgroup/system.slice/$unit/memory.swap.max")"
  echo "LISTENERS $(ss -Htlnup | wc -l)"
  echo "STATUS $(shown StatusText)"
}

# The main process is stopped at the worst moment, right after a sign of life.
hang() {
  local before sign stopped
  before=$(shown ActiveEnterTimestampMonotonic) sign=$(shown WatchdogTimestampMonotonic)
  while [ "$(shown WatchdogTimestampMonotonic)" = "$sign" ]; do sleep 0.05; done
  stopped=$(us)
  kill -STOP "$(shown MainPID)"
  until_true 60 armed_again "$before" || return
  echo "HANG $((($(shown ActiveEnterTimestampMonotonic) - stopped) / 1000)) RESTARTS $(shown NRestarts)"
}

# The process takes what is sent to it, and no longer advances: not even its own timers run.
