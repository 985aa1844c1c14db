/**
 * The results of a survey: figures, two questions against each other, one
 * response corrected and deleted, and the responses taken home as files.
 */
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overflow, PHONE, signIn, violations, visitor } from "./browser";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let results: string;

const choice = (id: string, en: string, ja: string) => ({ id, label: { en, ja } });

const DOCUMENT = {
  format: 1,
  title: { en: "After your visit", ja: "ご来店後アンケート" },
  languages: ["en", "ja"],
  privacy: { purpose: { en: "To improve", ja: "改善のため" } },
  pages: [
    {
      id: "p1",
      questions: [
        { id: "q1", type: "nps", text: { en: "Would you recommend us?", ja: "おすすめ度" } },
        {
          id: "q2",
          type: "single",
          text: { en: "Why did you come?", ja: "来店目的" },
          choices: [choice("buy", "Shopping", "買い物"), choice("look", "Looking", "下見")],
        },
        { id: "q3", type: "text", text: { en: "Tell us more", ja: "理由" } },
      ],
    },
  ],
};

async function call<T>(path: string, data: unknown): Promise<T> {
  const answer = await page.request.post(path, { data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
  const { id } = await call<{ id: string }>("/api/surveys", { document: DOCUMENT });
  await call(`/api/surveys/${id}/publish`, {});
  // Those who buy recommend; those who look do not.
  const answers = Array.from({ length: 60 }, (_, n) => ({
    q1: n % 2 ? 9 : 4,
    q2: n % 2 ? "buy" : "look",
    ...(n === 59 ? { q3: "=1+1 駅から近い" } : {}),
  }));
  await call("/api/responses/batch", {
    responses: answers.map((each, n) => ({
      survey_id: id,
      answers: each,
      key: `r${n}`,
      occurred_at: new Date(Date.now() - (60 - n) * 60_000).toISOString(),
    })),
  });
  results = `/surveys/${id}/results`;
});

afterAll(() => closeDesk({ koe, browser, context }));

/** The whole of a file that a menu item gives. */
async function download(item: string): Promise<Buffer> {
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: item }).click(),
  ]);
  return readFileSync(await file.path());
}

describe("the results of a survey", () => {
  it("show the figures, and say which questions are related", async () => {
    await page.goto(results);
    await page.getByRole("heading", { name: "Would you recommend us?" }).waitFor();
    await page.getByRole("tab", { name: "Crosstab" }).click();
    await page
      .getByRole("heading", {
        name: /“Why did you come\?” and “Would you recommend us\?” are related/,
      })
      .waitFor();
    const row = page.getByRole("row", { name: /^Shopping/ });
    expect(await row.getByRole("cell").allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining("100.0%")]),
    );
    expect(new URL(page.url()).searchParams.get("tab")).toBe("crosstab");
    expect(await violations(page)).toEqual([]);
  });

  it("fit a phone, in Japanese too", async () => {
    const phone = await visitor(browser, koe.url, PHONE);
    const theirs = await phone.newPage();
    await signIn(theirs);
    for (const tab of ["questions", "crosstab", "responses", "drop_off"]) {
      await theirs.goto(`${results}?tab=${tab}`);
      await theirs.getByRole("tabpanel").locator("h2, table").first().waitFor();
      expect(await overflow(theirs), tab).toBeLessThanOrEqual(0);
      expect(await violations(theirs), tab).toEqual([]);
    }
    await phone.close();
  });

  it("follow the correction of a response, which is held to its question", async () => {
    await page.goto(`${results}?tab=responses`);
    await page.getByRole("rowheader").first().getByRole("button").click();
    const drawer = page.getByRole("dialog", { name: "Response", exact: true });
    await drawer.getByText("=1+1 駅から近い").waitFor();
    expect(await violations(page)).toEqual([]);
    await drawer.getByRole("button", { name: "Correct" }).click();
    await drawer.getByLabel("Would you recommend us?").selectOption("0");
    await drawer.getByRole("button", { name: "Save the correction" }).click();
    await drawer.getByText("corrected once").waitFor();
    await drawer.getByRole("button", { name: "Close" }).click();
    await page.getByRole("tab", { name: "Crosstab" }).click();
    // 29 of the 30 who came to buy are promoters now.
    await page.getByRole("row", { name: /^Shopping.*96\.7%/ }).waitFor();
  });

  it("are taken home as CSV and Excel files", async () => {
    const csv = (await download("CSV, in words")).toString("utf8");
    expect(csv.startsWith("\uFEFF")).toBe(true);
    const lines = csv.trimEnd().split("\r\n");
    expect(lines).toHaveLength(61);
    expect(lines[0]).toContain("Would you recommend us?");
    expect(csv).toContain("'=1+1 駅から近い");
    // An XLSX file is a ZIP archive.
    expect((await download("Excel, in codes")).subarray(0, 2).toString()).toBe("PK");
  });

  it("lose a response that is deleted, once the word is typed", async () => {
    await page.goto(`${results}?tab=responses`);
    await page.getByRole("rowheader").first().getByRole("button").click();
    const drawer = page.getByRole("dialog", { name: "Response", exact: true });
    await drawer.getByRole("button", { name: "Delete" }).click();
    const confirm = page.getByRole("dialog", { name: "Delete this response?" });
    expect(await confirm.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await confirm.getByLabel(/delete/).fill("delete");
    await confirm.getByRole("button", { name: "Delete" }).click();
    await drawer.waitFor({ state: "hidden" });
    await page.getByRole("tab", { name: "Crosstab" }).click();
    await page.getByRole("row", { name: /^Shopping.*n 29/ }).waitFor();
  });
});
