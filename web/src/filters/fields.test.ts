import { describe, expect, it } from "vitest";
import type { FieldInfo } from "../api/types";
import { dividesRecords, fieldDimension, fieldName, fieldOf } from "./fields";

const field: FieldInfo = {
  stream: "srv_1",
  stream_name: {},
  stream_kind: "survey",
  confidential: false,
  field: "q1:row",
  kind: "code",
  label: { ja: "来店目的" },
  values: {},
};

describe("a field as a dimension", () => {
  it("is found again by its name, also when its id holds a colon", () => {
    expect(fieldDimension(field)).toBe("field:srv_1:q1:row");
    expect(fieldOf("field:srv_1:q1:row", [field])).toBe(field);
    expect(fieldOf("touchpoint", [field])).toBeUndefined();
  });

  it("goes by its label in any language it has, else by its id", () => {
    expect(fieldName(field, "en")).toBe("来店目的");
    expect(fieldName({ ...field, label: {} }, "en")).toBe("q1:row");
  });

  it("splits only when its values are few", () => {
    expect(dividesRecords(field)).toBe(true);
    expect(dividesRecords({ ...field, kind: "number" })).toBe(false);
  });
});
