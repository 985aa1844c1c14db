import { expect, it } from "vitest";
import { withLanguage } from "./LocalizedTextField";

it("an emptied language leaves the text instead of staying as an empty string", () => {
  expect(withLanguage({ ja: "新宿", en: "Shinjuku" }, "en", "")).toEqual({ ja: "新宿" });
  expect(withLanguage({}, "ja", "新宿")).toEqual({ ja: "新宿" });
});
