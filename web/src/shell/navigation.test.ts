import { describe, expect, it } from "vitest";
import { paths } from "../paths";
import { placeOf, visibleNavigation } from "./navigation";

describe("the place of an address", () => {
  it("is the page whose path it continues", () => {
    expect(placeOf(paths.customer("cus_1"))?.page.name).toBe("customers");
    expect(placeOf(paths.members())?.verb.name).toBe("settings");
    expect(placeOf("/")?.page.name).toBe("home");
  });

  it("is nowhere for an address that only begins alike", () => {
    expect(placeOf("/customersfoo")).toBeNull();
    expect(placeOf("/nowhere")).toBeNull();
  });
});

describe("the rail", () => {
  it("shows only what the member may open, and no verb without a page", () => {
    const names = (permissions: Parameters<typeof visibleNavigation>[0]) =>
      visibleNavigation(permissions).flatMap((verb) => verb.pages.map((page) => page.name));
    expect(names(["read_results"])).toContain("voices");
    expect(names(["read_results"])).not.toContain("customers");
    expect(names(["read_results"])).not.toContain("members");
    expect(visibleNavigation([]).map((verb) => verb.name)).not.toContain("understand");
  });
});
