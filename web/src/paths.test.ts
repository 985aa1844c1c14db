import { describe, expect, it } from "vitest";
import { paths, safeReturn } from "./paths";

describe("the addresses", () => {
  it("are these", () => {
    const all = Object.fromEntries(
      Object.entries(paths).map(([name, path]) => [name, path("an id/1")]),
    );
    expect(all).toMatchInlineSnapshot(`
      {
        "about": "/settings/about",
        "acceptInvitation": "/invitation/an%20id%2F1",
        "account": "/settings/account",
        "attributes": "/settings/attributes",
        "audit": "/settings/audit",
        "customer": "/customers/an%20id%2F1",
        "customers": "/customers",
        "driverAnalysis": "/drivers/an%20id%2F1",
        "drivers": "/drivers",
        "erasure": "/settings/privacy/erasures/an%20id%2F1",
        "home": "/",
        "importFile": "/imports/an%20id%2F1",
        "imports": "/imports",
        "keys": "/settings/keys",
        "loyalty": "/loyalty",
        "loyaltyAnalysis": "/loyalty/an%20id%2F1",
        "members": "/settings/members",
        "metrics": "/explore",
        "offerings": "/offerings",
        "privacy": "/settings/privacy",
        "settings": "/settings",
        "signIn": "/sign-in",
        "stages": "/stages",
        "surveyBuild": "/surveys/an%20id%2F1/build",
        "surveyLinks": "/surveys/an%20id%2F1/links",
        "surveyResults": "/surveys/an%20id%2F1/results",
        "surveys": "/surveys",
        "topics": "/topics",
        "touchpoints": "/touchpoints",
        "units": "/settings/units",
        "voices": "/voices",
      }
    `);
  });
});

describe("the way back after sign-in", () => {
  it("stays inside the application", () => {
    expect(safeReturn("/explore?period=all_time")).toBe("/explore?period=all_time");
    for (const elsewhere of ["https://evil.test/", "//evil.test", "/\\evil.test", undefined, 5]) {
      expect(safeReturn(elsewhere)).toBe("/");
    }
  });

  it("never loops through the sign-in page", () => {
    expect(safeReturn("/sign-in?return=/")).toBe("/");
  });
});
