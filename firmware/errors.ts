/**
 * What the firmware itself refuses. Codes never change; what they mean and what to do about them, in both languages, is in
 * `firmware/cli/error-catalogue.ts`, beside those of store, drivers and boards.
 */
export type KikitomeErrorCode =
  | 'CONFIG_MISSING'
  | 'CONFIG_NOT_JSON'
  | 'CONFIG_FIELDS'
  | 'DATA_MISSING'
  | 'DATA_READ_ONLY'
  | 'CAPACITY_NOT_A_SIZE'
  | 'SPEED_NOT_A_NUMBER'
  | 'TRACE_NEEDED'
  | 'DEMO_FOLDER'
  | 'RECORDING_HAS_NO_AUDIO'
  | 'FILE_NOT_WRITTEN'
  | 'RECORDER_SILENT'
  | 'RECORDER_RUNNING'
  | 'STORE_BREACHES'
  | 'RETENTION_UNKNOWN'
  | 'RETENTION_UNCONFIRMED'
  | 'TIME_ZONE_UNKNOWN'
  | 'NOT_WHILE_RECORDING'
  | 'RECORDER_NEEDED'
  | 'WAV_RATE_UNHEARD'
  | 'HOOK_MISSING'
  | 'HOOK_NOT_JSON'
  | 'HOOK_FIELDS'
  | 'DAY_UNKNOWN'
  | 'PIN_WEAK'
  | 'PIN_CODE'
  | 'PIN_UNSET'
  | 'COLLECTION_EMPTY'
  | 'COLLECTION_OPEN'
  | 'COLLECTION_TOO_LARGE'
  | 'STICK_SERIAL'
  | 'STICK_MISSING'
  | 'FAULT_UNKNOWN'
  | 'POWER_OFF_REFUSED'
  | 'USAGE';

export class KikitomeError extends Error {
  override readonly name = 'KikitomeError';
  readonly code: KikitomeErrorCode;

  constructor(code: KikitomeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
