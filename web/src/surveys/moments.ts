/** Moments as a date-and-time field holds them, in the time zone of the browser. Pure. */

/** `2026-12-31T23:59`, or nothing. */
export function toLocal(moment: string | null | undefined): string {
  if (!moment) return "";
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The moment of what stands in the field; null for nothing. */
export function fromLocal(text: string): string | null {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? null : at.toISOString().replace(".000", "");
}

/** The name of the time zone in which such a field is read. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
