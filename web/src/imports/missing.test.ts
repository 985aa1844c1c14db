import { describe, expect, it } from "vitest";
import { missingPlaces } from "./missing";

describe("places that cells name and nobody made", () => {
  it.each([
    ["a code as it stands", ["S101"], [], ["S101"]],
    ["a Japanese name as it stands", ["新宿店"], [], ["新宿店"]],
    ["blanks joined, whatever blank they are", ["See and\u3000Convey"], [], ["See-and-Convey"]],
    ["a code of its own where another has it", ["A B"], ["A-B"], ["A-B-1"]],
    ["once, however it is written", ["Shop", "shop ", "SHOP"], [], ["Shop"]],
    ["nothing for empty cells", ["", " \u00a0"], [], []],
    ["at most 64 characters", ["長".repeat(80)], [], ["長".repeat(64)]],
  ])("get %s", (_, cells, known, codes) => {
    expect(missingPlaces(cells, new Set(known)).map(({ code }) => code)).toEqual(codes);
  });
});
