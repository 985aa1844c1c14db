/**
 * From answers to numbers: a survey is published and answered over the API, and
 * the explorer, the voices and Home show what was answered, split by unit.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PHONE, signIn, visitor } from "./browser";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let survey: string;

/** Scores by unit: Shinjuku 40 promoters of 40, Umeda 20 promoters and 20 detractors. */
const SCORES = {
  shinjuku: Array.from({ length: 40 }, () => 9),
  umeda: Array.from({ length: 40 }, (_, index) => (index % 2 ? 10 : 3)),
};

async function call<T>(method: "post" | "put", path: string, data: unknown): Promise<T> {
  const answer = await page.request[method](path, { data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
  const units = new Map<string, string>();
  for (const [code, name] of [
    ["shinjuku", { ja: "新宿店", en: "Shinjuku" }],
    ["umeda", { ja: "梅田店", en: "Umeda" }],
  ] as const) {
    const unit = await call<{ id: string }>("post", "/api/units", { code, name, kind: "store" });
    units.set(code, unit.id);
  }
  const made = await call<{ id: string }>("post", "/api/surveys", { template: "nps_relational" });
  survey = made.id;
  await call("post", `/api/surveys/${survey}/publish`, {});
  for (const [code, scores] of Object.entries(SCORES)) {
    await call("post", "/api/responses/batch", {
      responses: scores.map((score, index) => ({
        survey_id: survey,
        partial: true,
        language: "ja",
        answers: {
          nps: score,
          ...(index === 0
            ? { nps_reason: `${code}は駅から近くて便利。連絡は hana@example.com まで` }
            : {}),
        },
        context: { unit_id: units.get(code) },
        key: `${code}-${index}`,
      })),
    });
  }
});

afterAll(() => closeDesk({ koe, browser, context }));

describe("what was answered", () => {
  it("is on Home as a number with its n and interval, which opens the explorer", async () => {
    await page.goto("/");
    const tile = page.getByRole("main").getByRole("button", { name: /NPS/ });
    await expect.poll(() => tile.textContent()).toContain("+50.0");
    expect(await tile.textContent()).toMatch(/80 answers, 95% interval \+\d+\.\d to \+\d+\.\d/);
    await page.getByRole("heading", { name: "Shinjuku stands clearly above Umeda" }).waitFor();
    await page.getByText("umedaは駅から近くて便利").waitFor({ timeout: 60_000 });
    await tile.click();
    await page.getByRole("heading", { name: "Metrics", level: 1 }).waitFor();
  });

  it("is split by unit, and the finding claims what the intervals show", async () => {
    await page.goto("/explore?grain=none");
    await page.getByRole("button", { name: "Split by: as a whole" }).click();
    await page.getByRole("menuitem", { name: "by unit", exact: true }).click();
    await page.getByRole("heading", { name: "Shinjuku stands clearly above Umeda" }).waitFor();
    const row = page.getByRole("row", { name: /Umeda/ });
    expect(await row.textContent()).toContain("0.0");
    expect(new URL(page.url()).searchParams.get("split")).toBe("unit");
  });

  it("can be read as a table, shared by its address, and taken away as CSV", async () => {
    await page.getByText("Table", { exact: true }).click();
    const table = page.getByRole("table").filter({ hasText: "Shinjuku" });
    await table.waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    expect(text.startsWith("\uFEFFgroup,from,value,n,")).toBe(true);
    expect(text).toContain("\r\nShinjuku,,100,40,");

    const other = await visitor(browser, koe.url, PHONE);
    const theirs = await other.newPage();
    await signIn(theirs);
    await theirs.goto(new URL(page.url()).pathname + new URL(page.url()).search);
    await theirs.getByRole("heading", { name: "新宿店は梅田店を明確に上回っています" }).waitFor();
    await other.close();
  });

  it("leads from a number to the voices behind it", async () => {
    await page.goto("/explore?grain=none&split=unit");
    await page.getByRole("row", { name: /Umeda/ }).getByRole("button").click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("umedaは駅から近くて便利").waitFor();
    expect(await drawer.getByRole("listitem").count()).toBe(1);
  });

  it("is found by one character, with personal data masked until somebody asks", async () => {
    await page.goto("/voices");
    await page.getByLabel("Search in the texts").fill("駅");
    await expect.poll(() => page.locator("mark").allTextContents()).toEqual(["駅", "駅"]);
    expect(await page.getByText("hana@example.com").count()).toBe(0);
    await page.getByRole("button", { name: "Show personal data" }).click();
    await page.getByText("hana@example.com").first().waitFor();
    await page.getByRole("button", { name: /Umeda/ }).click();
    await page.getByText("1 voice", { exact: true }).waitFor();
  });

  it("comes to Home by itself while somebody looks at it, number and voice", async () => {
    await page.goto("/");
    const tile = page.getByRole("main").getByRole("button", { name: /NPS/ });
    await expect.poll(() => tile.textContent()).toContain("80 answers");
    await call("post", "/api/responses", {
      survey_id: survey,
      partial: true,
      language: "ja",
      answers: { nps: 0, nps_reason: "会計で20分待った" },
      key: "later",
    });
    await page.getByText("会計で20分待った").waitFor({ timeout: 60_000 });
    await expect.poll(() => tile.textContent(), { timeout: 60_000 }).toContain("81 answers");
  });
});
