import { describe, expect, it } from "vitest";
import { mostLeft, orderedPages } from "./dropOff";

const page = (page: string, reached: number, left: number) => ({
  page,
  reached,
  left,
  median_ms: null,
});

describe("drop-off", () => {
  it("follows the survey, pages of earlier versions last", () => {
    const pages = [page("old", 1, 0), page("p2", 5, 1), page("p1", 9, 4)];
    expect(orderedPages(pages, ["p1", "p2"]).map((each) => each.page)).toEqual(["p1", "p2", "old"]);
  });

  it("names the page that loses the largest share", () => {
    expect(mostLeft([page("p1", 100, 10), page("p2", 20, 5)])?.page).toBe("p2");
    expect(mostLeft([page("p1", 100, 0)])).toBeNull();
    expect(mostLeft([])).toBeNull();
  });
});
