import { describe, expect, it } from "vitest";
import en from "./en/index";
import { preferredLanguage } from "./index";
import ja from "./ja/index";
import { localized } from "./language";

type Texts = { [key: string]: string | Texts };

/** Every text with its dotted key; plural forms count as one key. */
function flatten(texts: Texts, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") {
      found.set((prefix + key).replace(/_(one|other)$/, ""), value);
    } else {
      for (const [inner, text] of flatten(value, `${prefix}${key}.`)) found.set(inner, text);
    }
  }
  return found;
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] as string).sort();
}

describe("the catalogues", () => {
  const english = flatten(en);
  const japanese = flatten(ja);

  it("hold the same keys in both languages", () => {
    expect([...japanese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("fill the same placeholders in both languages", () => {
    for (const [key, text] of english) {
      expect([key, placeholders(japanese.get(key) ?? "")]).toEqual([key, placeholders(text)]);
    }
  });

  it("leave no text empty", () => {
    for (const [key, text] of [...english, ...japanese]) expect([key, text]).not.toEqual([key, ""]);
  });
});

describe("the language", () => {
  it("is the one chosen before, then the browser's first known one, then English", () => {
    expect(preferredLanguage("en", ["ja-JP"])).toBe("en");
    expect(preferredLanguage(null, ["fr-FR", "ja-JP", "en-US"])).toBe("ja");
    expect(preferredLanguage("xx", ["de"])).toBe("en");
  });

  it("falls back to whatever language a text has", () => {
    expect(localized({ ja: "新宿店" }, "en")).toBe("新宿店");
    expect(localized({ ja: "", en: "Shinjuku" }, "ja")).toBe("Shinjuku");
    expect(localized({}, "ja", "—")).toBe("—");
  });
});
