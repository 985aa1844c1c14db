import { expect, it } from "vitest";
import type { SurveyDocument } from "./document";
import { missingIn, textsOf, withTextAt } from "./texts";

const document: SurveyDocument = {
  format: 1,
  languages: ["ja", "en"],
  title: { ja: "題", en: "Title" },
  pages: [
    {
      id: "a",
      questions: [
        {
          id: "q1",
          type: "single",
          text: { ja: "質問" },
          choices: [{ id: "c1", label: { ja: "はい", en: "Yes" } }, { id: "c2" }],
        },
        { id: "q2", type: "csat", text: { en: "How?" }, labels: [{ ja: "低" }, { ja: "高" }] },
      ],
    },
  ],
  endings: [{ id: "bye", title: { ja: "お礼" }, link: { url: "https://a.example" } }],
  hidden_fields: [{ id: "plan", kind: "code", label: { ja: "プラン" } }],
};

it("every text of a document is found, and can be replaced where it stands", () => {
  const shouted = textsOf(document).reduce(
    (changed, text) => withTextAt(changed, text.path, { ja: `!${text.value.ja ?? ""}` }),
    document,
  );
  expect(JSON.stringify(shouted)).not.toContain("Title");
  expect(textsOf(shouted).every((text) => text.value.ja?.startsWith("!"))).toBe(true);
  expect(textsOf(shouted).map(({ role }) => role)).toEqual(
    textsOf(document).map(({ role }) => role),
  );
});

it("a text is missing in a language only when it is said in another", () => {
  expect(missingIn(document, "en")).toBe(5);
  expect(missingIn(document, "ja")).toBe(1);
  expect(missingIn(document, "ko")).toBe(8);
});
