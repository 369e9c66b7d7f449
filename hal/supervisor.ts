/** Who restarts the recorder when it hangs: systemd, a hardware watchdog, nobody. Nothing of it ever throws: a supervisor that does not hear must not stop a recorder. */
export interface Supervisor {
  /** How often `alive` is expected, in ms; null: nobody waits for it. */
  readonly intervalMs: number | null;
  /** Not armed yet, and a long piece of work goes on: a medium is laid out or read through. */
  working(): void;
  /** Recording is armed. */
  ready(): void;
  /** All is well now. */
  alive(): void;
  /** One line for whoever asks how it stands. */
  status(text: string): void;
  /** The recorder closes of itself and may take minutes over it; no sign of life comes any more. */
  closing(): void;
  /** The recorder closes because it was told to. */
  stopping(): void;
}
