/**
 * From what is spoken of to the words behind it: topics with their figures, the voices
 * of one with its words marked, a topic added without a mouse, and voices read again.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, launch, overflow, signIn, violations, visitor } from "./browser";
import { closeDesk } from "./desk";
import { DEMO, type Koe, startKoe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  koe = await startKoe({ records: 3_000 });
  browser = await launch();
  context = await visitor(browser, koe.url, DESK);
  page = await context.newPage();
  await signIn(page, DEMO);
}, 120_000);

afterAll(() => closeDesk({ koe, browser, context }));

describe("topics", () => {
  it("say what comes up most often, and lead to their words", async () => {
    await page.goto("/topics?period=all_time");
    // What the demo wrote is read while the page is looked at.
    await page.waitForFunction(
      () => /“.+” comes up most often/.test(document.body.textContent ?? ""),
      undefined,
      { timeout: 60_000, polling: 1_000 },
    );
    expect(await violations(page)).toEqual([]);
    const rows = page.getByRole("table").getByRole("row");
    expect(await rows.count()).toBeGreaterThan(10);
    await page.getByRole("table").getByRole("link", { name: "Service by staff" }).click();
    await page.waitForURL(/filters=topic/);
    const voices = page.getByRole("list", { name: "Voices" }).getByRole("listitem");
    await voices.first().waitFor();
    const marks = await page.locator("blockquote mark").count();
    expect(marks).toBeGreaterThan(0);
    await page
      .getByRole("group", { name: /sentiment/i })
      .getByRole("button")
      .first()
      .click();
    await page.waitForURL(/sentiment/);
    await voices.first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("are added by keyboard, refused with the remedy, read for, and deleted", async () => {
    await page.goto("/topics?period=all_time");
    await page.getByRole("button", { name: "Add a topic" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Add a topic" });
    await dialog.getByLabel(/Name.*English/).focus();
    await page.keyboard.type("Gift wrapping");
    const words = dialog.getByLabel("Words that tell it");
    await words.focus();
    await page.keyboard.type('{"near": ["gift"]');
    // Past where the rule looks, to the trial.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await dialog.getByText("must be valid JSON").waitFor();
    await words.fill("store\nshop\n店");
    await dialog.getByRole("button", { name: "Try on the newest voices" }).click();
    await dialog.getByText(/Found in [1-9][\d,]* of the newest [\d,]+ voices/).waitFor();
    expect(await dialog.locator("mark").count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /Gift wrapping/ });
    await row.waitFor();
    await page.waitForFunction(
      () => !document.body.textContent?.includes("being read again"),
      undefined,
      { timeout: 60_000, polling: 1_000 },
    );
    await page.reload();
    await row.waitFor();
    expect(
      Number((await row.getByRole("cell").first().textContent())?.replace(",", "")),
    ).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Edit “Gift wrapping”" }).click();
    await page.getByRole("button", { name: "Delete this topic" }).click();
    const asked = page.getByRole("dialog", { name: "Delete “Gift wrapping”?" });
    await asked.getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
  });
});
