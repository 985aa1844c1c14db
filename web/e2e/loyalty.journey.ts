/**
 * From an empty list to what customers are still worth: the analysis that
 * suggests itself, its tenths as rows, groups, and from the list of those at risk
 * to the customer.
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
  koe = await startKoe({ records: 6_000 });
  browser = await launch();
  context = await visitor(browser, koe.url, DESK);
  page = await context.newPage();
  await signIn(page, DEMO);
}, 120_000);

afterAll(() => closeDesk({ koe, browser, context }));

describe("loyalty value", () => {
  it("is found in one step from an empty list", async () => {
    await page.getByRole("link", { name: "Loyalty value", exact: true }).click();
    await page
      .getByRole("heading", { name: "What are your customers likely still worth?" })
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Find out" }).click();
    await page.waitForURL(/\/loyalty\/loy_/);
    const finding = page.getByRole("figure").getByRole("heading");
    await finding.waitFor({ timeout: 60_000 });
    expect(await finding.textContent()).toMatch(/^Over the next year, customers are expected to/);
    expect(await violations(page)).toEqual([]);
  });

  it("is read as rows, with its method, on a phone as well", async () => {
    await page.getByRole("figure").getByText("Table", { exact: true }).click();
    const rows = page.getByRole("figure").getByRole("row");
    expect(await rows.count()).toBe(11);
    await page.getByRole("button", { name: "Method" }).click();
    await page.getByText(/expected number of purchases within the time/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    const groups = page.getByRole("region", { name: "Value by group" }).getByRole("table");
    await groups.getByRole("rowheader", { name: "Promoters" }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("looks ahead as far as it is told", async () => {
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit the analysis" });
    await dialog.getByRole("combobox", { name: "Looking ahead" }).click();
    await page.getByRole("option", { name: "Over the next two years" }).click();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page
      .getByRole("heading", { name: /^Over the next two years/ })
      .waitFor({ timeout: 60_000 });
  });

  it("leads to a customer who is worth winning back", async () => {
    const risk = page.getByRole("region", { name: "Worth winning back" });
    await risk.getByRole("table").getByRole("link").first().click();
    await page.waitForURL(/\/customers\/cus_/);
    await page.getByRole("heading", { level: 1 }).waitFor();
  });
});
