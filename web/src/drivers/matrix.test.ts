import { describe, expect, it } from "vitest";
import { layout, ticks, widthOf } from "./matrix";
import { driver } from "./testing";

const size = { width: 720, height: 420 };

describe("the priority matrix", () => {
  const drivers = [
    driver({ driver: "a", share: 0.5, importance: 0.2, performance: 2 }),
    driver({ driver: "b", share: 0.3, importance: 0.12, performance: 4, rank: 2 }),
    driver({ driver: "c", share: 0.2, importance: 0.08, performance: 4.02, rank: 3 }),
  ];
  const matrix = layout(drivers, (each) => each.driver, size, false);

  it("puts what matters more higher and what is rated better to the right", () => {
    const [a, b, c] = matrix.spots;
    expect(a?.y).toBeLessThan(b?.y ?? 0);
    expect(a?.x).toBeLessThan(b?.x ?? 0);
    expect(b?.y).toBeLessThan(c?.y ?? 0);
    expect(matrix.scale).toEqual([1, 5]);
  });

  it("draws whiskers around each point, both ways", () => {
    for (const spot of matrix.spots) {
      const [left = 0, right = 0] = spot.across ?? [];
      const [bottom = 0, top = 0] = spot.upright ?? [];
      expect(left).toBeLessThan(spot.x);
      expect(right).toBeGreaterThan(spot.x);
      expect(bottom).toBeGreaterThan(spot.y);
      expect(top).toBeLessThan(spot.y);
    }
  });

  it("keeps labels apart where points lie together", () => {
    const crowd = Array.from({ length: 6 }, (_, n) =>
      driver({ driver: `名前の長い項目${n}`, share: 0.16 + n / 1000, performance: 4 }),
    );
    const { spots, frame } = layout(crowd, (each) => each.driver, size, false);
    const boxes = spots.map(({ label }) => {
      const width = widthOf(label.text);
      const left =
        label.anchor === "start"
          ? label.x
          : label.anchor === "end"
            ? label.x - width
            : label.x - width / 2;
      return { left, right: left + width, top: label.y - 9, bottom: label.y + 9 };
    });
    boxes.forEach((one, n) => {
      expect(one.left).toBeGreaterThanOrEqual(frame.left);
      for (const other of boxes.slice(n + 1)) {
        const apart =
          one.right <= other.left ||
          other.right <= one.left ||
          one.bottom <= other.top ||
          other.bottom <= one.top;
        expect(apart).toBe(true);
      }
    });
  });

  it("leaves out what stands on no scale, and speaks in percent where scales differ", () => {
    const mixed = layout(
      [...drivers, driver({ driver: "d", scale: [0, 10] }), driver({ driver: "e", scale: null })],
      (each) => each.driver,
      size,
      true,
    );
    expect(mixed.scale).toBeNull();
    expect(mixed.without.map((each) => each.driver)).toEqual(["e"]);
    expect(mixed.spots.map((spot) => spot.label.text)).toEqual(["1", "2", "3", "1"]);
  });

  it("ticks at round numbers", () => {
    expect(ticks(3.1, 4.4, 7).map((tick) => tick.toFixed(1))).toEqual([
      "3.2",
      "3.4",
      "3.6",
      "3.8",
      "4.0",
      "4.2",
      "4.4",
    ]);
    expect(ticks(0, 43, 5)).toEqual([0, 10, 20, 30, 40]);
  });
});
