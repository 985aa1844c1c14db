/**
 * A figure divided by what customers did before they answered: over which
 * window, in which bands, and the voices behind one of them.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, launch, overflow, PHONE, signIn, violations, visitor } from "./browser";
import { closeDesk } from "./desk";
import { DEMO, type Koe, startKoe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  koe = await startKoe({ records: 2_000 });
  browser = await launch();
  context = await visitor(browser, koe.url, DESK);
  page = await context.newPage();
  await signIn(page, DEMO);
}, 120_000);

afterAll(() => closeDesk({ koe, browser, context }));

const group = (name: RegExp | string) => page.getByRole("row", { name });

/** Until the answer to the question in the sentence is there; the one before stays till then. */
const settled = () => page.locator("[data-stale]").waitFor({ state: "detached" });

/** The number of answers in all groups; each row ends with its own. */
async function answers(): Promise<number> {
  const cells = await page.locator("main table tbody tr td:last-child").allTextContents();
  return cells.reduce((sum, text) => sum + Number(/^[\d,]+/.exec(text)?.[0].replace(/,/g, "")), 0);
}

describe("a figure by what customers did before", () => {
  it("is chosen in the sentence and looks back as far as is asked", async () => {
    await page.goto("/explore?grain=none&period=all_time");
    await page.getByRole("button", { name: /^Split by/ }).click();
    await page
      .getByRole("menuitem", { name: "by number of orders in the 12 months before" })
      .click();
    await group("no customer on record").waitFor();
    const all = await answers();
    expect(all).toBeGreaterThan(100);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("radiogroup", { name: "Look back over" }).getByText("90 days").click();
    await page.waitForURL(/count(%3A|:)90d/);
    await page.getByRole("button", { name: /by number of orders in the 90 days before/ }).waitFor();
    await settled();
    expect(await answers()).toBe(all);
  });

  it("is divided in the reader's own bands, and each leads to its voices", async () => {
    const all = await answers();
    await page.getByRole("button", { name: "Bands: chosen for you" }).click();
    const editor = page.getByRole("dialog", { name: "Bands" });
    while ((await editor.getByRole("button", { name: /^Remove/ }).count()) > 1) {
      await editor
        .getByRole("button", { name: /^Remove/ })
        .last()
        .click();
    }
    await editor.getByRole("textbox").fill("2");
    await editor.getByText("2 or more orders").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await group("0–1 orders").waitFor();
    await group("2 or more orders").waitFor();
    await settled();
    expect(await answers()).toBe(all);

    const row = group("2 or more orders");
    const n = Number((await row.locator("td").last().textContent())?.replace(/\D.*/, ""));
    await row.getByRole("button").click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText(/2 or more orders/).waitFor();
    await drawer.getByRole("listitem").first().waitFor();
    expect(await drawer.getByRole("listitem").count()).toBeLessThanOrEqual(Math.min(n, 20));
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Bands: your own" }).click();
    await page.getByRole("button", { name: "Choose for me" }).click();
    await page.getByRole("button", { name: "Bands: chosen for you" }).waitFor();
  });

  it("goes with the reader to all voices, which say what narrows them", async () => {
    await settled();
    await group("no customer on record").getByRole("button").click();
    await page.getByRole("link", { name: "Read all of them" }).click();
    const chip = "number of orders in the 90 days before: no customer on record";
    const all = page.getByRole("status");
    await page.getByText(chip, { exact: true }).waitFor();
    const narrowed = await all.textContent();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: `Remove the filter ${chip}` }).click();
    await page.getByText(chip, { exact: true }).waitFor({ state: "detached" });
    await expect.poll(() => all.textContent()).not.toBe(narrowed);
  });

  it("fits a phone in Japanese", async () => {
    const phone = await visitor(browser, koe.url, PHONE);
    const theirs = await phone.newPage();
    await signIn(theirs, DEMO);
    await theirs.goto(
      "/explore?grain=none&period=all_time&split=operational:orders:count:365d@1,3",
    );
    await theirs.getByRole("radiogroup", { name: "さかのぼる期間" }).waitFor();
    await theirs.getByRole("row", { name: "1〜2回" }).waitFor();
    await theirs.getByRole("button", { name: "区切り：指定あり" }).click();
    await theirs.getByRole("textbox", { name: "2番目の区切り" }).waitFor();
    expect(await overflow(theirs)).toBeLessThanOrEqual(0);
    expect(await violations(theirs)).toEqual([]);
    await phone.close();
  });
});
