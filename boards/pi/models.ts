/** What differs between models of the Raspberry Pi, for a board on its header. */
export interface PiModel {
  readonly id: 'zero-2-w' | '3' | '4' | '5';
  /** The beginning of `/proc/device-tree/model`. */
  readonly model: RegExp;
  /** Label of the GPIO chip behind the header. */
  readonly chip: 'pinctrl-bcm2835' | 'pinctrl-bcm2711' | 'pinctrl-rp1';
  /** The UART on pins 8 and 10. */
  readonly uart: string;
  /** The line of `config.txt` that gives the header this UART. */
  readonly uartConfig: string;
  /** Longest time the hardware watchdog can be set to, s. */
  readonly watchdogMaxS: number;
}

/** Labels and devices are the same under a 32-bit system, for which there are no packages. */
export const PI_MODELS: readonly PiModel[] = [
  {
    id: '5',
    model: /^Raspberry Pi (5|500|Compute Module 5)\b/u,
    chip: 'pinctrl-rp1',
    uart: '/dev/ttyAMA0',
    uartConfig: 'dtparam=uart0=on',
    watchdogMaxS: 15,
  },
  {
    id: '4',
    model: /^Raspberry Pi (4|400|Compute Module 4)\b/u,
    chip: 'pinctrl-bcm2711',
    uart: '/dev/ttyAMA0',
    uartConfig: 'dtoverlay=disable-bt',
    watchdogMaxS: 15,
  },
  {
    id: '3',
    model: /^Raspberry Pi (3|Compute Module 3)\b/u,
    chip: 'pinctrl-bcm2835',
    uart: '/dev/ttyAMA0',
    uartConfig: 'dtoverlay=disable-bt',
    watchdogMaxS: 15,
  },
  {
    id: 'zero-2-w',
    model: /^Raspberry Pi Zero 2\b/u,
    chip: 'pinctrl-bcm2835',
    uart: '/dev/ttyAMA0',
    uartConfig: 'dtoverlay=disable-bt',
    watchdogMaxS: 15,
  },
];

/** The model that a device tree's `model` names, or null. */
export function piModelOf(model: string): PiModel | null {
  return PI_MODELS.find((each) => each.model.test(model)) ?? null;
}
