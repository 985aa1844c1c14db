import { describe, expect, it } from "vitest";
import { dayOf, formatDate, formatMoment } from "./date";

describe("dates", () => {
  it("are written as each language writes them", () => {
    expect(formatDate("2026-04-01", "ja")).toBe("2026年4月1日");
    expect(formatDate("2026-04-01", "en")).toBe("1 Apr 2026");
  });

  it("show moments in the reader's zone", () => {
    expect(formatMoment("2026-03-31T15:05:00Z", "ja")).toBe("2026/04/01 00:05");
    expect(dayOf("2026-03-31T15:05:00Z")).toBe("2026-04-01");
  });
});
