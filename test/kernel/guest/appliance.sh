# What the appliance scenario types. Sourced by bash in a guest whose process 1 is systemd, with the recorder installed.
unit=kikitome.service stick=/run/kikitome-stick

shown() { systemctl show --value -p "$1" "${2:-$unit}"; }
us() { awk '{ printf "%d\n", $1 * 1000000 }' /proc/uptime; }
recorder() { setpriv --reuid=kikitome --regid=kikitome --init-groups -- /opt/kikitome/bin/kikitome "$@"; }

# as_service COMMAND...: as the service would, in its user and its sandbox.
as_service() {
  local each=() line
  while read -r line; do each+=(-p "$line"); done < <(grep -E '^(User|Group|RestrictAddress|NoNew|Capab|Protect|Private|Restrict|LockP|UMask|SystemCall)' \
    "/etc/systemd/system/$unit")
  systemd-run --quiet --wait --pipe --collect "${each[@]}" -- "$@" 2>&1
}

# until_true SECONDS COMMAND...
until_true() {
  local left=$(($1 * 5))
  shift
  until "$@"; do
    ((left -= 1)) || { echo "NEVER $*"; systemctl status --no-pager $unit; journalctl -b --no-pager | tail -n 60; return 1; }
    sleep 0.2
  done
}
armed() { [ "$(shown ActiveState)" = active ]; }
armed_again() { armed && [ "$(shown ActiveEnterTimestampMonotonic)" != "$1" ]; }
says_fault() { recorder faults --lang en --json | grep -q "$1"; }
no_fault() { recorder faults --lang en --json >/run/faults && ! grep -q "$1" /run/faults; }
has_call() { recorder calls --lang en --json | grep -q '"outcome"'; }
in_call() { recorder calls --lang en --json | grep -qE '"state": *"recording"'; }
is_there() { [ -e "$1" ]; }
mounted() { mountpoint -q $stick; }
not_mounted() { ! mounted; }

# Who it is and what it has open, once it is armed by itself.
tell_start() {
  until_true 120 armed || return
  local pid
  pid=$(shown MainPID)
  echo "ARMED $(($(shown ActiveEnterTimestampMonotonic) / 1000))"
  echo "USER $(ps -o user= -p "$pid")"
  echo "GROUPS $(grep ^Groups: "/proc/$pid/status" | cut -f2 | xargs -n1 getent group | cut -d: -f1 | sort | xargs)"
  echo "PINS $(find "/proc/$pid/fd" -lname '*gpio-line*' | wc -l)"
  echo "SWAP $(grep ^VmSwap "/proc/$pid/status" | tr -dc 0-9) $(cat "/sys/fs/cgroup/system.slice/$unit/memory.swap.max")"
  echo "LISTENERS $(ss -Htlnup | wc -l)"
  echo "STATUS $(shown StatusText)"
  echo "UNHEARD $(journalctl -b --no-pager | grep -c 'reception only permitted')"
  local failed
  failed=$(systemctl --failed --plain --no-legend | cut -d' ' -f1 | xargs)
  echo "FAILED $failed"
  # shellcheck disable=SC2086
  [ -z "$failed" ] || journalctl -b --no-pager $(printf -- '-u %s ' $failed) | tail -n 20
  return 0
}

# The main process is stopped at the worst moment, right after a sign of life.
hang() {
  local before sign stopped
  before=$(shown ActiveEnterTimestampMonotonic) sign=$(shown WatchdogTimestampMonotonic)
  while [ "$(shown WatchdogTimestampMonotonic)" = "$sign" ]; do sleep 0.05; done
  stopped=$(us)
  kill -STOP "$(shown MainPID)"
  until_true 60 armed_again "$before" || return
  echo "HANG $((($(shown ActiveEnterTimestampMonotonic) - stopped) / 1000))"
}

# The sound card is gone for longer than the watchdog waits, over a clean end and a start too, which nobody calls a hang, and all sound drivers
# with it; then they are there again.
sound_gone() {
  local card=/sys/bus/platform/drivers/snd_aloop pid restarts
  pid=$(shown MainPID)
  echo snd_aloop.0 >$card/unbind
  until_true 30 says_fault CAPTURE_LOST || return
  sleep 20
  [ "$pid" = "$(shown MainPID)" ] && echo "GONE: no restart"
  recorder faults --acknowledge all --lang en
  systemctl stop $unit
  echo "STOPPED $(shown Result) $(shown ExecMainStatus)"
  modprobe -r snd_aloop; rmmod snd_timer snd
  grep -w alsa /proc/devices
  systemctl start $unit
  until_true 30 says_fault CAPTURE_LOST || return
  if says_fault PROCESS_STALLED; then recorder faults --lang en; recorder faults --history --lang en; journalctl -b --no-pager -u $unit | tail -n 40
  else echo "STOPPED: nobody calls it a hang"; fi
  restarts=$(shown NRestarts)
  sleep 15
  [ "$restarts" = "$(shown NRestarts)" ] && armed && echo "STARTED WITHOUT: no restart"
  modprobe snd_aloop
  until_true 30 no_fault CAPTURE_LOST && echo "HEARD AGAIN"
}

# What the recorder's user may not ask of systemd.
refusals() {
  local words
  for words in "restart $unit" "stop $unit" "stop dbus.service" "start rescue.target" "start kikitome-stick@vda.service" \
    "restart kikitome-stick@sda1.service" "start kikitome-stick@sda-x.service" "mask $unit" daemon-reload "kill $unit" suspend reboot; do
    # shellcheck disable=SC2086
    if as_service systemctl --no-ask-password $words >/run/said; then echo "ALLOWED $words"
    elif grep -qE 'Access denied|Interactive authentication required' /run/said; then echo "REFUSED $words"
    else echo "OTHERWISE $words: $(cat /run/said)"; fi
  done
}

# A stick that is plugged in now, mounted by the recorder's user as its driver does it, and pulled while it is mounted.
stick() {
  echo PLUG
  until_true 60 is_there /dev/sda1 || return
  udevadm settle
  as_service systemctl --no-ask-password start kikitome-stick@sda1.service || return
  echo "MOUNTED $(findmnt -rno FSTYPE,OPTIONS $stick)"
  as_service sh -c "echo hello > $stick/hello && cp /bin/true $stick/true && ls -l $stick/true" && echo WRITTEN
  $stick/true 2>/dev/null && echo "IT RUNS"
  as_service systemctl --no-ask-password stop kikitome-stick@sda1.service
  not_mounted && as_service systemctl --no-ask-password start kikitome-stick-sealed@sda1.service || return
  echo "SEALED $(findmnt -rno FSTYPE,OPTIONS $stick)"
  as_service cat $stick/hello
  echo PULL
  until_true 60 not_mounted && echo "PULLED: let go"
  [ "$(shown MainPID)" = "$1" ] && echo "PULLED: the recorder goes on"
}

usb_devices() { ls -d /sys/bus/usb/devices/*-* | grep -v : | sort; }
is_new() { [ -n "$(usb_devices | comm -13 /run/usb-before -)" ]; }
not_new() { ! is_new; }

# What is plugged in besides, one after the other: is it let in, and has any driver got it?
strangers() {
  local name device
  echo "GUARD $(shown ActiveState usbguard.service)"
  usb_devices >/run/usb-before
  for name in "$@"; do
    echo "PLUG $name"
    until_true 60 is_new || return
    udevadm settle
    device=$(usb_devices | comm -13 /run/usb-before -)
    usbguard list-devices --blocked | grep -q "$(cat "$device/idVendor"):$(cat "$device/idProduct")" && echo "BLOCKED $name $(cat "$device/authorized")"
    ls -d "$device"/*:*/driver >/dev/null 2>&1 && echo "DRIVEN $name"
    echo "UNPLUG $name"
    until_true 60 not_new || return
  done
  echo "STRANGERS GONE"
}

# The kernel stops for good in the middle of a call, with nobody there but the hardware watchdog. The machine starts again, and so does this script.
stand_still() {
  pull 4 down
  until_true 60 in_call || return
  sleep 5
  touch /share/stood-still
  echo "STANDS STILL"
  sleep 1
  echo 0 >/proc/sys/kernel/panic
  echo c >/proc/sysrq-trigger
}

# After that.
tell_watchdog() {
  echo "WATCHDOG $(cat /sys/class/watchdog/watchdog0/state) $(cat /sys/class/watchdog/watchdog0/timeout) $(cat /sys/class/watchdog/watchdog0/bootstatus)"
  recorder status --lang en --json
  recorder faults --history --lang en --json | grep -q 'hardware watchdog' && echo "TOLD OF"
  recorder calls --lang en --json
}

# The front button, for as long as it takes to switch the box off.
hold_button() {
  pull 20 down
  sleep 9
  pull 20 up
  echo HELD
}
