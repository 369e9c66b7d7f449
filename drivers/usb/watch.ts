import { Subject } from 'rxjs';
import type { StickEvent } from '../../hal/stick.js';
import { Inspector, type Verdict } from './inspector.js';
import { contentOf, strangerOf, usbDisks } from './judge.js';
import type { UsbStickPortOptions } from './port.js';
import { readDatabase, type Uevent } from './uevent.js';

/** What the kernel has of a disk and udev has not told yet is waited for, so many judgements long: reading a slow stick takes its time. */
const PATIENCE = 30;

/** What was said, and of what. */
interface Told extends Omit<Verdict, 'disk'> {
  /** The disk, or the USB device that is none. */
  readonly devpath: string;
  readonly isDisk: boolean;
  /** The volume's, as udev told it; empty: it did not. */
  readonly content: string;
}

/** What is plugged in, and which of it counts. */
export class Watch {
  /** Something has been heard that may make another thing count. */
  readonly changed$ = new Subject<void>();
  readonly #options: UsbStickPortOptions;
  readonly #say: (event: StickEvent) => void;
  readonly #inspector: Inspector;
  readonly #devices = new Map<string, Uevent>();
  /** How often each disk was found incomplete in a row. */
  readonly #waited = new Map<string, number>();
  /** Disks that have had something in them: where nothing is left in there, a card was taken out. */
  readonly #filled = new Set<string>();
  /** Whether each disk was the machine's own when it was first seen: then it is no stick, whatever becomes of it. */
  readonly #own = new Map<string, boolean>();
  #told: Told | null = null;
  /** How much was heard: what is found out while more is heard is of yesterday. */
  #heard = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: UsbStickPortOptions, say: (event: StickEvent) => void) {
    this.#options = options;
    this.#say = say;
    this.#inspector = new Inspector(options);
  }

  async begin(): Promise<void> {
    const { out } = await this.#options.runner.run('udevadm', ['info', '--export-db']);
    for (const event of readDatabase(out)) {
      const isBlock = event.properties.get('SUBSYSTEM') === 'block';
      if (isBlock && !this.#devices.has(event.devpath)) this.#devices.set(event.devpath, event);
    }
    this.#heard += 1;
    await this.judge();
  }

  hear(event: Uevent): void {
    const isBlock = event.properties.get('SUBSYSTEM') === 'block';
    const isRemoved = event.action === 'remove';
    if (isRemoved) this.#forget(event.devpath);
    else if (isBlock) this.#devices.set(event.devpath, event);
    else this.#hearStranger(event);
    const isOut = this.#told !== null && isGone(this.#told, event);
    if (isOut) this.#sayOut();
    if (!isBlock && !isOut) return;
    this.#heard += 1;
    this.changed$.next();
  }

  /** Says what counts, where no stick does yet, or its slot is empty. */
  judge(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#judge());
    return this.#turn;
  }

  async #judge(): Promise<void> {
    const told = this.#told;
    if (told?.event.kind === 'in' && !(await this.#inspector.isEmpty(told.devpath))) return;
    const heard = this.#heard;
    const found = await this.#find();
    if (heard !== this.#heard) return;
    if (found === 'later')
      this.changed$.next(); // asked again, whether or not anything is told
    else this.#tell(found);
  }

  /**
   * The first disk that is of use, else the first that has something in it, else the first; null: there is none. A disk that is not
   * complete keeps its place.
   */
  async #find(): Promise<Verdict | null | 'later'> {
    const [refused, empty]: [Verdict[], Verdict[]] = [[], []];
    for (const disk of usbDisks(this.#devices)) {
      if (await this.#isAwaited(disk)) return 'later';
      if (await this.#isOwn(disk)) continue;
      const isEmpty = await this.#inspector.isEmpty(disk);
      if (!isEmpty) this.#filled.add(disk);
      if (isEmpty && this.#filled.has(disk)) continue;
      const verdict = await this.#inspector.verdictOf(disk, this.#devices);
      if (verdict.event.kind === 'in') return verdict;
      (isEmpty ? empty : refused).push(verdict);
    }
    return refused[0] ?? empty[0] ?? null;
  }

  async #isAwaited(disk: string): Promise<boolean> {
    const isComplete = await this.#inspector.isComplete(disk, this.#devices);
    const waited = isComplete ? 0 : (this.#waited.get(disk) ?? 0) + 1;
    this.#waited.set(disk, waited);
    return waited > 0 && waited <= PATIENCE;
  }

  async #isOwn(disk: string): Promise<boolean> {
    const isOwn = this.#own.get(disk) ?? (await this.#inspector.isInUse(disk, this.#devices));
    this.#own.set(disk, isOwn);
    return isOwn;
  }

  #tell(verdict: Verdict | null): void {
    const told = this.#told;
    const isStranger = told !== null && !told.isDisk;
    if (isStranger && verdict?.event.kind !== 'in') return;
    if (told !== null && verdict !== null && isSaidAlready(told, verdict)) return;
    if (told !== null) this.#sayOut();
    if (verdict === null) return;
    const { disk, event, volume } = verdict;
    const content = contentOf(this.#devices.get(volume ?? ''));
    this.#told = { devpath: disk, isDisk: true, event, volume, content };
    this.#say(event);
  }

  #hearStranger(event: Uevent): void {
    const stranger = event.action === 'add' && this.#told === null ? strangerOf(event) : null;
    if (stranger === null) return;
    const refused = { kind: 'refused', why: 'not-storage', detail: stranger } as const;
    this.#told = { devpath: event.devpath, isDisk: false, event: refused, volume: null, content: '' };
    this.#say(refused);
  }

  #forget(devpath: string): void {
    this.#devices.delete(devpath);
    this.#waited.delete(devpath);
    this.#filled.delete(devpath);
    this.#own.delete(devpath);
  }

  #sayOut(): void {
    this.#told = null;
    this.#say({ kind: 'out' });
  }
}

/** Whether an event takes away what was told: the device, the volume on it, or what the volume held, as where a card is changed. */
function isGone({ devpath, volume, content }: Told, event: Uevent): boolean {
  if (event.action === 'remove') return event.devpath === devpath || event.devpath === volume;
  return event.devpath === volume && content !== '' && contentOf(event) !== content;
}

function isSaidAlready(told: Told, { disk, event }: Verdict): boolean {
  if (told.devpath !== disk || told.event.kind !== 'refused' || event.kind !== 'refused') return false;
  return told.event.why === event.why && told.event.detail === event.detail;
}
