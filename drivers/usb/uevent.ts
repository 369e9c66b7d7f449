/** What udev says of one device: an event, or how things stand (`action` null). */
export interface Uevent {
  readonly action: string | null;
  /** Path under `/sys`, which is also its name here. */
  readonly devpath: string;
  readonly properties: ReadonlyMap<string, string>;
}

const HEADER =
  /^UDEV {1,6}\[\d{1,12}\.\d{1,9}\] (?<action>[a-z]{1,16}) +(?<devpath>\/[\x21-\x7e]{1,1023}) \([a-z0-9_-]{1,64}\)$/;
const PROPERTY = /^(?<key>[A-Za-z_.][A-Za-z0-9_.]{0,127})=(?<value>[^\0]{0,4096})$/;
const DEVPATH = /^\/[\x21-\x7e]{1,1023}$/;
/** A device with more than this is not one. */
const PROPERTIES_MAX = 512;

/**
 * Reads what `udevadm monitor --udev --property` prints, line by line. Strict: a block is a header, properties, an empty line;
 * one with anything else in it is left out as a whole, and so is what does not name its own device. A property may say anything
 * (its value comes from the stick), but never more than one line.
 */
export class UeventReader {
  #action: string | null = null;
  #devpath: string | null = null;
  #properties = new Map<string, string>();
  #sound = false;

  /** The event that this line ends, if any. */
  line(text: string): Uevent | null {
    if (text === '') return this.#end();
    const header = HEADER.exec(text)?.groups;
    if (header) {
      this.#begin(header['action'] ?? '', header['devpath'] ?? '');
      return null;
    }
    if (!this.#sound) return null;
    const property = PROPERTY.exec(text)?.groups;
    this.#sound = property !== undefined && this.#properties.size < PROPERTIES_MAX;
    if (property) this.#properties.set(property['key'] ?? '', property['value'] ?? '');
    return null;
  }

  #begin(action: string, devpath: string): void {
    this.#action = action;
    this.#devpath = devpath;
    this.#properties = new Map();
    this.#sound = true;
  }

  #end(): Uevent | null {
    const [action, devpath, properties] = [this.#action, this.#devpath, this.#properties];
    const whole = this.#sound && properties.get('ACTION') === action && properties.get('DEVPATH') === devpath;
    this.#sound = false;
    return whole && devpath !== null ? { action, devpath, properties } : null;
  }
}

/** Reads what `udevadm info --export-db` prints: every device there is. As strict as `UeventReader`. */
export function readDatabase(text: string): Uevent[] {
  const found: Uevent[] = [];
  for (const block of text.split('\n\n')) {
    const properties = new Map<string, string>();
    let sound = true;
    for (const line of block.split('\n')) {
      if (!line.startsWith('E: ')) continue;
      const property = PROPERTY.exec(line.slice(3))?.groups;
      sound &&= property !== undefined && properties.size < PROPERTIES_MAX;
      if (property) properties.set(property['key'] ?? '', property['value'] ?? '');
    }
    const devpath = properties.get('DEVPATH');
    if (sound && devpath !== undefined && DEVPATH.test(devpath)) found.push({ action: null, devpath, properties });
  }
  return found;
}
