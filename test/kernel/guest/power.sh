# What the power scenario does on the virtual board, beside session.sh: calls by hand, and a cut from inside at a chosen moment.
# All by what bash has built in: nothing is started between a moment and the cut.
disk=$(readlink -f /dev/disk/by-id/virtio-recordings) disk=${disk##*/}
mkfifo /run/never; exec {never}<>/run/never

nap() { read -rt "$1" -u $never; }

# Every sample differs from every other, so that no two recordings have the same bytes.
murmur() { aplay -q -t raw -f S16_LE -r 8000 -c 1 -D hw:Loopback,0,0 /dev/urandom 2>/dev/null & }

lift() { echo "LIFT $EPOCHREALTIME"; pull 4 down; }
hang_up() { echo "HANGUP $EPOCHREALTIME"; pull 4 up; }

# call UP DOWN: so many seconds with the handset lifted, then down.
call() { lift; nap "$1"; hang_up; nap "$2"; }

# A store that the host has lent, with every block written as format does it: no holes.
take_store() { mount_data && cp -r --sparse=never /share/store /data/ && sync; }

# after_writes N: until the data disk has been written to so many times more.
after_writes() {
  local fields until
  read -ra fields </sys/block/$disk/stat; until=$((fields[4] + $1))
  while [ "${fields[4]}" -lt $until ]; do nap 0.001; read -ra fields </sys/block/$disk/stat; done
}

# after_change FILE: until this file of the store is written to.
after_change() {
  : >/run/before; nap 0.02
  until [ "$store/$1" -nt /run/before ]; do nap 0.001; done
}

# mark WORDS: written where no file system is, at sector $MARK of the disk, so that it stands among what is logged of the disk.
# Not flushed by itself.
mark() { printf '%-511s\n' "$*" | dd of=/dev/$disk bs=512 seek="$MARK" oflag=direct iflag=fullblock conv=notrunc status=none; }

# From now on the disk's log says what time it is, five times a second, and which call has been told as kept.
keep_marking() {
  udevadm control --exit # it would look at the disk anew after each mark
  : >/run/recorder
  while nap 0.2 || :; do mark NOW "$EPOCHREALTIME"; done & marking=($!)
  tail -f -n +1 /run/recorder | while read -r line; do
    [[ ! $line =~ ^[0-9]+\ \ line- ]] || mark KEPT "${line%% *}"
  done & marking+=($!)
}

# Says what has been told until now, and when the power goes; then it goes.
cut_power() {
  local told=()
  [ ! -e /run/recorder ] || mapfile -t told </run/recorder
  printf '| %s\n' "${told[@]}"
  echo "CUT $EPOCHREALTIME"
  echo b >/proc/sysrq-trigger
}
