# What a scenario types on the virtual board. Sourced there by bash.
guest=/app/test/kernel/guest store=/data/store recorder= RUN_OPTIONS=()

is_virtual_time() { grep -q board_disks= /proc/cmdline; }

# A word to the host takes as long as the host does, and the processor waits for it with interrupts off: edges then came 10 ms late.
# Where nobody outside can listen before the end, all is said at the end.
if is_virtual_time; then
  exec 3>&1 >/run/said 2>&1
  trap 'cat /run/said >&3' EXIT
fi

kikitome() { node /app/firmware/main.js "$@"; }

uptime_s() { cut -d' ' -f1 /proc/uptime; }

mount_data() { mountpoint -q /data || mount -t ext4 -o noatime /dev/disk/by-id/virtio-recordings /data; }

# pull OFFSET up|down: drives an input pin of board.json.
pull() {
  local pins
  pins=$(echo /sys/devices/platform/gpio-sim.0/gpiochip*)
  echo "pull-$2" >"$pins/sim_gpio$1/pull"
}

# The wall clock is right, as systemd-timesyncd says it.
trust_clock() { mkdir -p /run/systemd/timesync; : >/run/systemd/timesync/synchronized; }

# On-hook, the exchange feeds the line, nobody presses the button, the lid is shut.
rest() { pull 4 up; pull 22 up; pull 20 up; pull 21 down; }

# press SECONDS: holds the button.
press() { pull 20 down; sleep "$1"; pull 20 up; }

# watch_lamp NAME SECONDS: says how the lamp blinks.
watch_lamp() { node $guest/lamp.js "$@"; }

# Starts the recorder, waits until it is armed and says how long that took.
arm() {
  mount_data; rest; trust_clock
  [ -e "$store" ] || kikitome format --data "$store" --capacity "${CAPACITY:-64MiB}" >/dev/null || return
  : >/run/recorder # tail, if it is the first to run, would not wait for it
  node /app/firmware/main.js run --data "$store" --board $guest/board.json "${RUN_OPTIONS[@]}" >>/run/recorder 2>&1 & recorder=$!
  tail -f -n +1 /run/recorder --pid=$recorder & tail=$!
  until grep -qs '^recording on' /run/recorder; do
    kill -0 $recorder 2>/dev/null || { echo "the recorder ended"; return 1; }
    sleep 0.1
  done
  echo "ARMED $(uptime_s)"
}

# play TRACE: before everything else, and without V8's own threads: on one processor they kept the player from an edge for 10 ms. Not in a real-time class: Node's threads would keep each other from running there.
# Where the guest's time runs on with the host's while it waits, something idles beside it, so that it never waits: a busy host
# would make edges late.
play() {
  local idler= status
  rm -rf "/run/$1"; cp -r "/share/$1" "/run/$1" || return
  is_virtual_time || { (chrt -i -p 0 $BASHPID; while :; do :; done) & idler=$!; }
  nice -n -20 node --no-opt --single-threaded --min-semi-space-size=128 --max-semi-space-size=128 $guest/player.js "/run/$1" /run/played.json; status=$?
  [ -z "$idler" ] || kill "$idler"
  [ $status != 0 ] || mv /run/played.json "/share/$1/"
  return $status
}

disarm() {
  kill -TERM $recorder; wait $recorder; local status=$?
  wait $tail 2>/dev/null
  return $status
}

unmount_data() { umount /data; sync; }
