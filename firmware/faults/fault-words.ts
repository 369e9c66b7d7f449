/** What is said of a fault. One line each. */
export interface FaultWords {
  /** What is the case. */
  readonly title: string;
  /** What the recorder does meanwhile. */
  readonly meanwhile: string;
  /** What a person does. */
  readonly remedy: string;
}
