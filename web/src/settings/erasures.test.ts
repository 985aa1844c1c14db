import { describe, expect, it } from "vitest";
import type { Erasure } from "../api/types";
import { removedOf, stateOf } from "./erasures";

describe("the receipt of an erasure", () => {
  it("is overdue only when something is left after its day", () => {
    const due_at = "2026-05-01T00:00:00Z";
    const before = Date.parse("2026-04-30T23:00:00Z");
    const after = Date.parse("2026-05-01T00:00:01Z");
    expect(stateOf({ completed_at: null, due_at }, before)).toBe("open");
    expect(stateOf({ completed_at: null, due_at }, after)).toBe("overdue");
    expect(stateOf({ completed_at: "2026-06-01T00:00:00Z", due_at }, after)).toBe("complete");
  });

  it("lists what there was, in the order it reads", () => {
    const removed = { texts: 3, names: 1, links: 0 } as Erasure["removed"];
    expect(removedOf({ removed } as Erasure)).toEqual([
      ["names", 1],
      ["texts", 3],
    ]);
  });
});
