/**
 * Every page of the router's own list, in both languages, both schemes, on a desk
 * and on a phone: no accessibility violation, nothing wider than the screen.
 */
import { QueryClient } from "@tanstack/react-query";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRouter } from "../src/routes";
import { type Look, launch, overflow, signIn, violations, visitor } from "./browser";
import { type Koe, startKoe } from "./koe";

/** Parameters of paths. Pages of things that are not there must stand the same tests. */
const PARAMETERS: Record<string, string> = {
  $token: "inv_unknown",
  $customerId: "cus_00000000000000000000000000",
  $analysisId: "drv_00000000000000000000000000",
  $loyaltyId: "loy_00000000000000000000000000",
  $erasureId: "ers_00000000000000000000000000",
};

const addresses = Object.keys(makeRouter(new QueryClient()).routesByPath)
  .map((path) => path.replace(/\$\w+/g, (name) => PARAMETERS[name] ?? "unknown"))
  .sort();

const looks: Look[] = (["ja", "en"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((scheme) =>
    [1440, 390].map((width) => ({ language, scheme, width })),
  ),
);

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

it("the router names its pages", () => {
  expect(addresses).toContain("/sign-in");
  expect(addresses.length).toBeGreaterThan(10);
});

describe.each(looks)("every page in $language, $scheme, $width px", (look) => {
  it("is accessible and fits the screen", async () => {
    const context = await visitor(browser, koe.url, look);
    const page = await context.newPage();
    await signIn(page);
    const wrong: string[] = [];
    for (const address of addresses) {
      await page.goto(address);
      await page.locator("h1, h2").first().waitFor();
      // Grey rows stand for what is still being read.
      await page.waitForFunction(() => !document.querySelector(".mantine-Skeleton-root"));
      for (const each of await violations(page)) wrong.push(`${address} ${each}`);
      const wider = await overflow(page);
      if (wider > 0) wrong.push(`${address} is ${wider} px wider than the screen`);
    }
    await context.close();
    expect(wrong).toEqual([]);
  });
});
