import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, launch, PHONE, signIn, visitor } from "./browser";
import { type Koe, OWNER, startKoe } from "./koe";

let koe: Koe;
let browser: Browser;

beforeAll(async () => {
  koe = await startKoe();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await koe?.stop();
});

describe("a member of staff", () => {
  it("signs in, and comes back to where they wanted to go", async () => {
    const context = await visitor(browser, koe.url, DESK);
    const page = await context.newPage();
    await page.goto("/touchpoints?period=all_time");
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill("wrong password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The e-mail address or password is wrong.").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Touchpoints", level: 1 }).waitFor();
    expect(new URL(page.url()).search).toContain("period=all_time");
    await context.close();
  });

  it("names a touchpoint in both languages and finds it again in either", async () => {
    const context = await visitor(browser, koe.url, DESK);
    const page = await context.newPage();
    await signIn(page);
    await page.goto("/touchpoints");
    await page.getByRole("button", { name: "Add touchpoint" }).first().click();
    await page.getByLabel("Name (日本語)").fill("新宿店レジ");
    await page.getByLabel("Name (English)").fill("Shinjuku till");
    await page.getByLabel("Code").fill("shinjuku till");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("no spaces").waitFor();
    await page.getByLabel("Code").fill("shinjuku-till");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Shinjuku till" }).waitFor();
    await page.getByRole("button", { name: /日本語/ }).click();
    await page.getByRole("button", { name: "新宿店レジ" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("ja");
    await context.close();
  });

  it("finds pages and touchpoints by the keyboard alone", async () => {
    const context = await visitor(browser, koe.url, DESK);
    const page = await context.newPage();
    await signIn(page);
    await page.keyboard.press("Control+k");
    // The field takes the focus once the palette is open.
    await page.locator('input[role="combobox"]:focus').waitFor();
    await page.keyboard.type("stages");
    await page.getByRole("option", { name: "Stages Manage" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Stages", level: 1 }).waitFor();
    await context.close();
  });

  it("signs out, and nothing is left behind", async () => {
    const context = await visitor(browser, koe.url, PHONE);
    const page = await context.newPage();
    await signIn(page);
    await page.getByRole("button", { name: /アカウント/ }).click();
    await page.getByRole("menuitem", { name: "サインアウト" }).click();
    await page.getByRole("heading", { name: "サインイン" }).waitFor();
    await page.goto("/touchpoints");
    await page.getByRole("heading", { name: "サインイン" }).waitFor();
    await context.close();
  });
});
