/**
 * Two questions of the explorer that are easily refused: a figure of a
 * confidential survey, and a formula that is not right at first.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, launch, signIn, violations, visitor } from "./browser";
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

/** Opens a slot of the question's sentence and gives what it offers. */
async function offered(slot: RegExp): Promise<string[]> {
  await page.getByRole("button", { name: slot }).click();
  const items = page.getByRole("menuitem");
  await items.first().waitFor();
  const names = await items.allTextContents();
  await page.keyboard.press("Escape");
  await items.first().waitFor({ state: "detached" });
  return names;
}

describe("a figure of a confidential survey", () => {
  it("is asked over whole months, and only what it answers is offered", async () => {
    await page.goto("/explore?split=touchpoint&grain=week");
    await page.getByRole("button", { name: /^Metric/ }).click();
    await page.getByRole("menuitem", { name: /eNPS/ }).click();
    await page.getByText("the period is widened to whole months").waitFor();
    await page.locator("main").getByText("n ", { exact: false }).first().waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);

    const splits = await offered(/^Split by/);
    expect(splits.length).toBeGreaterThan(2);
    expect(splits.every((name) => /whole|unit|survey|version/i.test(name))).toBe(true);
    expect((await offered(/^Over time/)).some((name) => /day|week/.test(name))).toBe(false);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: /^Split by/ }).click();
    await page.getByRole("menuitem", { name: "by unit", exact: true }).click();
    await page.waitForURL(/split=unit/);
    await page.locator("[data-stale]").waitFor({ state: "detached" });
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe("a formula of one's own", () => {
  it("says what is wrong while it is written, and what it gives before it is kept", async () => {
    await page.goto("/explore");
    await page.getByRole("button", { name: "New metric" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New metric" });
    await dialog.getByLabel(/^Name.*English/).fill("Service less waiting");
    await dialog.getByRole("combobox", { name: "What is measured" }).click();
    await page.getByRole("option", { name: "Formula over answers" }).click();
    await dialog.getByRole("combobox", { name: "Questions and fields" }).click();
    for (const question of [/How our staff treated you/, /Waiting at the checkout/]) {
      await page.getByRole("option", { name: question }).first().click();
    }
    await page.keyboard.press("Escape");
    const names = await dialog
      .getByRole("list", { name: "What the formula can name" })
      .getByRole("textbox")
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
    expect(names).toHaveLength(2);

    const formula = dialog.getByLabel("Formula", { exact: true });
    const outcome = dialog.getByRole("status");
    await formula.fill("(1 + ");
    await outcome.getByText("The formula ends where a value should follow.").waitFor();
    await formula.fill("stranger + 1");
    await outcome.getByText("“stranger” stands for nothing yet").waitFor();

    await formula.fill("");
    await dialog
      .getByRole("list", { name: "Functions of all names above" })
      .getByRole("button", { name: "mean()" })
      .click();
    expect(await formula.inputValue()).toMatch(/^mean\(.+, .+\)$/);
    await outcome.getByText("Over all answers so far", { exact: true }).waitFor();

    await formula.fill("");
    for (const [place, name] of names.entries()) {
      if (place > 0) await formula.press("End").then(() => formula.pressSequentially(" - "));
      await dialog.getByRole("button", { name: new RegExp(`^Put in .?${name}`) }).click();
    }
    await outcome.getByText("Over all answers so far", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Metric.*Service less waiting/ }).waitFor();
    await page
      .getByText(/^n [\d,]+/)
      .first()
      .waitFor();
  });
});
