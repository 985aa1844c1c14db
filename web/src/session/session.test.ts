import { describe, expect, it } from "vitest";
import type { Permission } from "../api/types";
import { granted } from "./session";

const permissions: Permission[] = [
  "read_results",
  "edit_people",
  "edit_touchpoints",
  "import_data",
];

describe("what a member can really do", () => {
  it("is what the role allows for those who see the whole organisation", () => {
    expect(granted({ member: { units: [] }, permissions })).toEqual(permissions);
  });

  it("is less for those who see only some units: the server refuses the rest", () => {
    expect(granted({ member: { units: ["unt_1"] }, permissions })).toEqual([
      "read_results",
      "edit_people",
    ]);
  });
});
