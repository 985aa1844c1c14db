import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDecimal, formatShare, formatSigned } from "./number";

describe("numbers", () => {
  it("are grouped by thousands in both languages", () => {
    expect(formatCount(1904, "en")).toBe("1,904");
    expect(formatCount(1234567, "ja")).toBe("1,234,567");
  });

  it("use the true minus, never a hyphen", () => {
    expect(formatDecimal(-3.14, 1, "en")).toBe("\u22123.1");
    expect(formatSigned(-3.14, 1, "ja")).toBe("\u22123.1");
  });

  it("carry a plus only when asked and only when positive", () => {
    expect(formatSigned(18.6, 1, "en")).toBe("+18.6");
    expect(formatDecimal(18.6, 1, "en")).toBe("18.6");
    expect(formatSigned(0, 1, "en")).toBe("0.0");
  });

  it("lose their sign when they round to zero", () => {
    expect(formatSigned(-0.04, 1, "en")).toBe("0.0");
    expect(formatSigned(0.04, 1, "en")).toBe("0.0");
  });

  it("write a share as a percentage", () => {
    expect(formatShare(2526 / 2929, "en", 2)).toBe("86.24%");
  });

  it("write bytes in the largest fitting unit", () => {
    expect(formatBytes(512, "en")).toBe("512 B");
    expect(formatBytes(1_234_000, "en")).toBe("1.2 MB");
  });
});
