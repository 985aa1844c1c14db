/** The number a choice counts as, kept exactly as it was written. Pure. */

/**
 * A whole number where JavaScript holds it exactly, else its digits as text, as
 * the document wants it; null for nothing, undefined for what is no number.
 */
export function readValue(text: string): number | string | null | undefined {
  const plain = text.normalize("NFKC").trim();
  if (plain === "") return null;
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return undefined;
  const number = Number(plain);
  return String(number) === plain && Number.isSafeInteger(number) ? number : plain;
}
