import { describe, expect, it } from "vitest";
import type { Attribute } from "../api/types";
import { attributeDimensions, attributeOf } from "./attributes";

const attribute = (key: string, more: Partial<Attribute>): Attribute => ({
  holder: "customer",
  key,
  label: {},
  kind: "code",
  values: {},
  personal: false,
  frozen: false,
  archived: false,
  ...more,
});

describe("attributes as dimensions", () => {
  it("are offered as now, and as then where records keep them", () => {
    expect(
      attributeDimensions([
        attribute("plan", { frozen: true }),
        attribute("member", { kind: "boolean" }),
        attribute("since", { kind: "date" }),
        attribute("industry", { holder: "account" }),
      ]),
    ).toEqual([
      "customer:plan",
      "customer_then:plan",
      "customer:member",
      "customer:since",
      "account:industry",
    ]);
  });

  it("leave out what tells who somebody is, and what does not divide", () => {
    expect(
      attributeDimensions([
        attribute("badge", { personal: true }),
        attribute("notes", { kind: "text" }),
        attribute("old", { archived: true }),
      ]),
    ).toEqual([]);
  });

  it("are read back from the name of the dimension", () => {
    expect(attributeOf("customer_then:plan")).toEqual({
      holder: "customer",
      key: "plan",
      frozen: true,
    });
    expect(attributeOf("account:industry")?.holder).toBe("account");
    expect(attributeOf("field:srv_1:customer:plan")).toBeNull();
    expect(attributeOf("channel")).toBeNull();
  });
});
