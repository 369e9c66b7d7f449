/** Where sticks are mounted: by a recorder that is root, and by the appliance's units. */
export const STICK_FOLDERS = { commands: '/run/kikitome/stick', units: '/run/kikitome-stick' } as const;

/** Where desktops mount whatever is plugged in. */
const FOR_ANYTHING = ['/media/', '/run/media/'];

/**
 * Block devices that the machine lives on, as `8:2` and as `/dev/sda2`: what is mounted, and what is swap. A stick that a killed recorder
 * has left mounted is none of them, nor is what a desktop has mounted. `mountinfo`, `swaps`: what is in `/proc/self/mountinfo` and
 * `/proc/swaps` (proc(5)).
 */
export function devicesInUse(mountinfo: string, swaps: string): ReadonlySet<string> {
  const mounted = mountinfo.split('\n').flatMap((line) => {
    const [mount = '', fileSystem = ''] = line.split(' - ');
    const [, , numbers = '', , folder = ''] = mount.split(' ');
    // btrfs has numbers of its own: there the source tells.
    const [, source = ''] = fileSystem.split(' ');
    return isForSticks(folder) ? [] : [numbers, source];
  });
  const swapped = swaps.split('\n').map((line) => line.split(/\s/)[0] ?? '');
  return new Set([...mounted, ...swapped].filter((each) => /^(\d+:\d+|\/dev\/.+)$/.test(each)));
}

const isForSticks = (folder: string): boolean =>
  Object.values<string>(STICK_FOLDERS).includes(folder) || FOR_ANYTHING.some((each) => folder.startsWith(each));
