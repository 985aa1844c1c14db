import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, PHONE, visitor } from "./browser";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
});

afterAll(() => closeDesk({ koe, browser, context }));

describe("an owner", () => {
  it("sees what a file of units changes before anything is written, faults by line", async () => {
    await page.goto("/settings/units");
    const csv = (rows: string[]) => ({
      name: "units.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`code,name_ja,name_en,kind,parent_code\n${rows.join("\n")}\n`),
    });
    await page.getByRole("button", { name: "Import CSV" }).first().click();
    const dialog = page.getByRole("dialog");
    await page.locator('input[type="file"]').setInputFiles(csv(["a,甲,A,region,nowhere"]));
    await dialog.getByText("One thing needs mending before anything is written.").waitFor();
    await dialog.getByText("There is no unit nowhere, in Koe or in this file.").waitFor();
    expect(await dialog.getByRole("button", { name: /^Write/ }).isDisabled()).toBe(true);
    await page
      .locator('input[type="file"]')
      .setInputFiles(
        csv([
          "kansai,関西,Kansai,region,",
          "umeda,梅田店,Umeda,store,kansai",
          "kobe,神戸店,Kobe,store,kansai",
        ]),
      );
    await dialog.getByText("below Kansai").first().waitFor();
    await dialog.getByRole("button", { name: "Write 3 changes" }).click();
    await page.getByRole("button", { name: "Umeda" }).waitFor();
  });

  it("moves a unit from a day on, and the past keeps its place", async () => {
    await page.goto("/settings/units");
    await page.getByRole("button", { name: "Add unit" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name (English)").fill("Kanto");
    await dialog.getByLabel("Code").fill("kanto");
    await dialog.getByLabel("Kind").fill("region");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Kobe" }).click();
    await dialog.getByLabel("Part of").click();
    await page.getByRole("option", { name: /Kanto/ }).click();
    await dialog.getByLabel("Moves on").fill("2026-04-01");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    const order = () => page.getByRole("rowheader").allTextContents();
    expect(await order()).toEqual(["Kansai", "Umeda", "Kanto", "Kobe"]);
    await page.getByLabel("As of").fill("2026-03-31");
    await expect.poll(order).toEqual(["Kansai", "Kobe", "Umeda", "Kanto"]);
  });

  it("invites somebody by a link that is shown once and works once", async () => {
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("E-mail").fill("viewer@example.com");
    await dialog.getByRole("button", { name: "Make the invitation" }).click();
    const link = (await dialog.locator("code").textContent()) ?? "";
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("rowheader", { name: "viewer@example.com" }).waitFor();

    const other = await visitor(browser, koe.url, PHONE);
    const theirs = await other.newPage();
    await theirs.goto(new URL(link).pathname);
    await theirs.getByLabel("お名前").fill("山田");
    await theirs.getByLabel("パスワード", { exact: true }).fill("a long password");
    await theirs.getByLabel("パスワード（確認）").fill("a long password");
    await theirs.getByRole("button", { name: "登録する" }).click();
    await theirs.locator("#page-title").waitFor();
    await theirs.goto("/settings/members");
    await theirs.getByText("閲覧権限がありません").waitFor();
    await other.close();

    const late = await visitor(browser, koe.url, DESK);
    const again = await late.newPage();
    await again.goto(new URL(link).pathname);
    await again.getByLabel("Your name").fill("Again");
    await again.getByLabel("Password", { exact: true }).fill("a long password");
    await again.getByLabel("Password again").fill("a long password");
    await again.getByRole("button", { name: "Join" }).click();
    await again.getByText("has been used or has expired").waitFor();
    await late.close();
  });

  it("offers somebody who sees one unit only what the server lets them do", async () => {
    const { items } = await (await page.request.get("/api/units")).json();
    const kobe = items.find((unit: { code: string }) => unit.code === "kobe");
    const invited = await page.request.post("/api/invitations", {
      data: { email: "kobe@example.com", role: "analyst", units: [kobe.id] },
    });
    const { link } = await invited.json();
    const context = await visitor(browser, koe.url, DESK);
    const theirs = await context.newPage();
    await theirs.goto(new URL(link).pathname);
    await theirs.getByLabel("Your name").fill("Kobe");
    await theirs.getByLabel("Password", { exact: true }).fill("a long password");
    await theirs.getByLabel("Password again").fill("a long password");
    await theirs.getByRole("button", { name: "Join" }).click();
    await theirs.locator("#page-title").waitFor();

    for (const address of ["/touchpoints", "/offerings", "/explore"]) {
      await theirs.goto(address);
      const main = theirs.getByRole("main");
      await main.getByText("Only members who see the whole organisation can do this").waitFor();
      expect(await main.getByRole("button").allTextContents()).toEqual([]);
    }
    const pages = theirs.getByRole("navigation").first();
    expect(await pages.getByRole("link", { name: "Import" }).count()).toBe(0);
    await theirs.goto("/imports");
    await theirs.getByText("You do not have access to this").waitFor();
    const touchpoint = {
      code: "till",
      name: { en: "Till" },
      channel: "store",
      stage: "purchase",
      experience: "direct",
    };
    const refused = await theirs.request.post("/api/touchpoints", { data: touchpoint });
    expect(refused.status()).toBe(403);
    await context.close();
  });

  it("makes a key that works, and revokes it by typing its name", async () => {
    await page.goto("/settings/keys");
    await page.getByRole("button", { name: "New key" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("till");
    await dialog.getByLabel("See results").check();
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const secret = await dialog.locator("code").textContent();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    const ask = () =>
      fetch(`${koe.url}/api/touchpoints`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await ask()).status).toBe(200);

    await page.getByRole("button", { name: "Revoke" }).click();
    const revoke = dialog.getByRole("button", { name: "Revoke" });
    expect(await revoke.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type till/).fill("till");
    await revoke.click();
    await page.getByText("No keys yet").waitFor();
    expect((await ask()).status).toBe(401);
  });

  it("declares an attribute of customers, and names its codes", async () => {
    await page.goto("/settings/attributes");
    await page.getByRole("button", { name: "Add attribute" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name (English)").fill("Membership rank");
    await dialog.getByLabel("Key").fill("rank");
    await dialog.getByRole("button", { name: "Add a code" }).click();
    await dialog.getByLabel("Code", { exact: true }).fill("gold");
    await dialog.getByLabel("Name of gold (English)").fill("Gold member");
    await dialog.getByRole("button", { name: "Save" }).click();
    const row = page.getByRole("row", { name: /Membership rank/ });
    await row.getByText("1 name").waitFor();
    const data = { name: "Aoi Chiba", attributes: { rank: "gold" } };
    expect((await page.request.post("/api/customers", { data })).status()).toBe(201);
    await page.goto("/customers");
    await page.getByText(/Gold member/).waitFor();
  });

  it("writes the privacy texts that answer pages show, and finds it all in the audit log", async () => {
    await page.goto("/settings/privacy");
    await page.getByLabel("Purpose of use (日本語)").fill("店舗とサービスの改善のため");
    await page.getByLabel("Days that answers are kept").fill("365");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await page.reload();
    await expect
      .poll(() => page.getByLabel("Purpose of use (日本語)").inputValue())
      .toBe("店舗とサービスの改善のため");

    await page.goto("/settings/audit");
    const log = page.getByRole("main");
    for (const said of [
      "changed the settings of the organisation",
      "imported a file of units",
      "changed the unit Kobe",
    ]) {
      await log.getByText(said).first().waitFor();
    }
  });

  it("erases a person by a typed word, and finds the receipt among the others", async () => {
    await page.goto("/customers");
    await page.getByRole("button", { name: "Add customer" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Hinata Kitano");
    await dialog.getByLabel("E-mail").fill("hinata.kitano@example.com");
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("heading", { name: "Hinata Kitano" }).waitFor();
    const customer = page.url();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Erase this person" }).click();
    const erase = dialog.getByRole("button", { name: "Erase this person" });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel("Consent was withdrawn").check();
    await dialog.getByLabel("Type erase to confirm").fill("erase");
    await erase.click();
    await page.getByRole("heading", { name: "Receipt of an erasure" }).waitFor();
    await page.getByText("Consent was withdrawn").waitFor();
    expect(await page.getByRole("main").textContent()).not.toContain("Kitano");

    await page.goto("/settings/privacy");
    await page.getByRole("heading", { name: "Receipts" }).waitFor();
    await page.getByText("Consent was withdrawn").waitFor();
    await page.goto(customer);
    await page.getByText("Nothing is here").waitFor();
  });
});
