import { createCipheriv, createDecipheriv } from 'node:crypto';

const CIPHER = 'chacha20-poly1305';
export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES } as const;

/** Ciphertext with its tag behind it: `plain.length + TAG_BYTES` bytes. A nonce serves a key once (RFC 8439). */
export function seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  cipher.setAAD(associated, { plaintextLength: plain.length });
  const text = cipher.update(plain);
  cipher.final();
  return Buffer.concat([text, cipher.getAuthTag()]);
}

/** The text that `seal` was given, or undefined where anything differs: key, nonce, associated data, a bit. */
export function unseal(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const textLength = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
  decipher.setAAD(associated, { plaintextLength: textLength });
  decipher.setAuthTag(sealed.subarray(textLength));
  const text = decipher.update(sealed.subarray(0, textLength));
  try {
    decipher.final();
    return text;
  } catch (error) {
    if (error instanceof Error && /authenticate|auth/i.test(error.message)) return undefined;
    throw error;
  }
}
