/**
 * Where the points, whiskers and labels of the priority matrix lie: importance
 * upwards, standing to the right. Labels stand beside their points and dodge each
 * other. Pure.
 */
import type { Driver } from "../api/types";
import { evenShare, standing, usualStanding } from "./finding";

export interface Spot {
  key: string;
  name: string;
  rank: number | null;
  significant: boolean;
  x: number;
  y: number;
  /** Ends of the whiskers; absent without an interval. */
  across: [number, number] | null;
  upright: [number, number] | null;
  label: { x: number; y: number; anchor: "start" | "end" | "middle"; text: string };
}

export interface Matrix {
  spots: Spot[];
  /** Where the quadrants meet. */
  middle: { x: number; y: number };
  frame: { left: number; right: number; top: number; bottom: number };
  xTicks: { at: number; value: number }[];
  /** Decimals that tell the ticks apart. */
  xDigits: number;
  yTicks: { at: number; value: number }[];
  /** The scale that all drivers share; absent when they stand on several. */
  scale: [number, number] | null;
  /** Drivers without a scale or a mean, which have no place in it. */
  without: Driver[];
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const HEIGHT_OF_LABEL = 18;
const POINT = 6;

/** Ticks at round numbers. */
export function ticks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => {
    const value = (first + place) * step;
    return Math.abs(value) < step * 1e-9 ? 0 : value;
  });
}

/** The width of a text of 13 px: full-width characters count as two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 13 : 7;
  return width;
}

function overlaps(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}

export function layout(
  drivers: readonly Driver[],
  nameOf: (driver: Driver) => string,
  size: { width: number; height: number },
  /** On narrow screens points are labelled with their places, and a list says the names. */
  short: boolean,
): Matrix {
  const shown = drivers.filter((driver) => standing(driver) !== null);
  const without = drivers.filter((driver) => standing(driver) === null);
  const [first] = shown;
  const [low = 0, high = 1] = first?.scale ?? [0, 1];
  const shared = shown.every(({ scale }) => scale?.[0] === low && scale[1] === high);
  const relative = (driver: Driver, value: number) => {
    const [from = 0, to = 1] = driver.scale ?? [];
    return (value - from) / (to - from);
  };
  const standings = shown.flatMap((driver) =>
    [driver.performance ?? 0, ...(driver.performance_interval ?? [])].map((value) =>
      relative(driver, value),
    ),
  );
  const total = drivers.reduce((sum, driver) => sum + driver.importance, 0) || 1;
  const shares = shown.flatMap((driver) => [
    driver.share,
    ...(driver.interval ?? []).map((end) => end / total),
  ]);
  const middle = { x: usualStanding(shown), y: evenShare(drivers) };
  const padded = (values: number[], least: number): [number, number] => {
    const [from, to] = [Math.min(...values), Math.max(...values)];
    const space = Math.max((to - from) * 0.12, least);
    return [from - space, to + space];
  };
  const [minX, maxX] = padded([...standings, middle.x], 0.02);
  const [, maxY] = padded([...shares, middle.y, 0], 0.02);
  const frame = { left: short ? 44 : 56, right: size.width - 8, top: 8, bottom: size.height - 40 };
  const x = (value: number) =>
    frame.left + ((value - minX) / (maxX - minX)) * (frame.right - frame.left);
  const y = (value: number) => frame.bottom - (value / maxY) * (frame.bottom - frame.top);

  const places = shown.map((driver) => ({
    driver,
    x: x(standing(driver) ?? 0),
    y: y(driver.share),
  }));
  const taken: Box[] = places.map((place) => ({
    left: place.x - POINT,
    right: place.x + POINT,
    top: place.y - POINT,
    bottom: place.y + POINT,
  }));
  // A label that lies on a whisker could not be read.
  for (const { driver, x: px, y: py } of places) {
    const [from, to] = driver.performance_interval ?? [];
    if (from !== undefined && to !== undefined) {
      const [left, right] = [x(relative(driver, from)), x(relative(driver, to))];
      taken.push({ left, right, top: py - 1, bottom: py + 1 });
    }
    const [least, most] = driver.interval ?? [];
    if (least !== undefined && most !== undefined) {
      taken.push({ left: px - 1, right: px + 1, top: y(most / total), bottom: y(least / total) });
    }
  }
  const spots = places.map(({ driver, x: px, y: py }, index): Spot => {
    const name = nameOf(driver);
    const text = short ? String(driver.rank ?? index + 1) : name;
    const width = widthOf(text);
    const boxAt = (cx: number, cy: number, anchor: "start" | "end" | "middle"): Box => {
      const left = anchor === "start" ? cx : anchor === "end" ? cx - width : cx - width / 2;
      return {
        left,
        right: left + width,
        top: cy - HEIGHT_OF_LABEL / 2,
        bottom: cy + HEIGHT_OF_LABEL / 2,
      };
    };
    const tries: [number, number, "start" | "end" | "middle"][] = [];
    for (const down of [-11, 12, 0, -24, 25, -38, 39]) {
      for (const aside of [6, 10, 24]) {
        tries.push([px + aside, py + down, "start"], [px - aside, py + down, "end"]);
      }
    }
    const fits = tries.find(([cx, cy, anchor]) => {
      const box = boxAt(cx, cy, anchor);
      const inside =
        box.left >= frame.left &&
        box.right <= frame.right &&
        box.top >= frame.top &&
        box.bottom <= frame.bottom;
      return inside && !taken.some((other, place) => place !== index && overlaps(box, other));
    });
    const [lx, ly, anchor] = fits ?? [px + 9, py, "start" as const];
    taken.push(boxAt(lx, ly, anchor));
    const [from, to] = driver.performance_interval ?? [];
    const [least, most] = driver.interval ?? [];
    return {
      key: driver.driver,
      name,
      rank: driver.rank ?? null,
      significant: driver.significant,
      x: px,
      y: py,
      across:
        from === undefined || to === undefined
          ? null
          : [x(relative(driver, from)), x(relative(driver, to))],
      upright:
        least === undefined || most === undefined ? null : [y(least / total), y(most / total)],
      label: { x: lx, y: ly, anchor, text },
    };
  });
  const steps = (values: number[]) => Math.abs((values[1] ?? 1) - (values[0] ?? 0));
  const onScale = (share: number) => (shared ? low + share * (high - low) : share * 100);
  const ofScale = (value: number) => (shared ? (value - low) / (high - low) : value / 100);
  const wide = ticks(onScale(minX), onScale(maxX), short ? 4 : 7);
  return {
    spots,
    middle: { x: x(middle.x), y: y(middle.y) },
    frame,
    xTicks: wide.map((value) => ({ value, at: x(ofScale(value)) })),
    xDigits: Math.max(0, -Math.floor(Math.log10(steps(wide)) + 1e-9)),
    yTicks: ticks(0, maxY * 100, 5).map((value) => ({ value, at: y(value / 100) })),
    scale: shared && first ? [low, high] : null,
    without,
  };
}
