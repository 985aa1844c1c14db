/**
 * From an empty list to what decides an outcome: the analysis that suggests
 * itself, its matrix by keyboard, its figures as rows, the difference between
 * places, and the same page again at its address.
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

describe("drivers", () => {
  it("are found in one step from an empty list", async () => {
    await page.goto("/?period=all_time");
    await page.getByRole("link", { name: "Drivers", exact: true }).click();
    await page.getByRole("heading", { name: /^What decides / }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Find out" }).click();
    await page.waitForURL(/\/drivers\/drv_/);
    const finding = page.getByRole("figure").getByRole("heading");
    await finding.waitFor({ timeout: 60_000 });
    expect(await finding.textContent()).toMatch(/“.+”|cannot be ranked|stands out/);
    await page.getByText(/the drivers explain \d+%/).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("are walked with the arrow keys and read as rows", async () => {
    const matrix = page.getByRole("group", { name: /Arrow keys walk the drivers/ });
    await matrix.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText(/importance \d+% \[\d+, \d+\], rated \d/).waitFor();
    await page.getByText("Table", { exact: true }).click();
    const rows = page.getByRole("figure").getByRole("row");
    expect(await rows.count()).toBeGreaterThan(3);
    await page.getByText("Chart", { exact: true }).click();
    await page.getByRole("button", { name: "Method" }).click();
    await page.getByText(/Shapley value: what a driver adds/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  it("are compared between places, and the address brings all of it back", async () => {
    await page.getByRole("combobox", { name: "Compare by" }).click();
    await page.getByRole("option", { name: /touchpoint/i }).click();
    await page.waitForURL(/split=touchpoint/);
    const table = page.getByRole("region", { name: "Where it differs" }).getByRole("table");
    await table.waitFor({ timeout: 60_000 });
    const groups = await table.getByRole("row").count();
    expect(groups).toBeGreaterThan(2);
    await page.reload();
    await table.waitFor({ timeout: 60_000 });
    expect(await table.getByRole("row").count()).toBe(groups);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("can be chosen otherwise and deleted", async () => {
    await page.getByRole("link", { name: "Drivers", exact: true }).first().click();
    await page.getByRole("button", { name: "New analysis" }).click();
    const dialog = page.getByRole("dialog", { name: "New analysis" });
    await dialog.getByRole("checkbox").nth(2).uncheck();
    await dialog.getByRole("button", { name: "Analyse" }).click();
    await page.waitForURL(/\/drivers\/drv_/);
    await page.getByRole("figure").getByRole("heading").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/\/drivers($|\?)/);
    await page.getByRole("table").waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
  });
});
