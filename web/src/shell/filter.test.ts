import { expect, it } from "vitest";
import { parseFilterSearch } from "./filter";

it("the filter of the URL drops what is malformed and leaves no empty parameter", () => {
  expect(parseFilterSearch({ period: "all_time", unit: "unt_1", q: "x" })).toEqual({
    period: "all_time",
    unit: "unt_1",
  });
  expect(parseFilterSearch({ period: "soon", unit: "<script>" })).toEqual({});
  expect(parseFilterSearch({ unit: "" })).toEqual({});
});
