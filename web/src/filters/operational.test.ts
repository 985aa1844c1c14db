import { describe, expect, it } from "vitest";
import {
  dimensionOf,
  type OperationalField,
  operationalDimensions,
  operationalOf,
} from "./operational";

describe("an operational field", () => {
  it("is read back from the name of its dimension", () => {
    expect(operationalOf("operational:orders:count:365d@1,4")).toEqual({
      stream: "orders",
      tells: "count",
      column: null,
      days: 365,
    });
    expect(operationalOf("operational:orders:sum:amount:30d")).toEqual({
      stream: "orders",
      tells: "sum",
      column: "amount",
      days: 30,
    });
    expect(operationalOf("operational:contacts:last:reason")?.column).toBe("reason");
    for (const other of ["customer:plan", "operational:orders", "operational:orders:mean:x"]) {
      expect(operationalOf(other)).toBeNull();
    }
  });

  it("looks back over the window that is chosen, without edges of another one", () => {
    const field = operationalOf("operational:orders:sum:amount:365d@1,4") as OperationalField;
    expect(dimensionOf({ ...field, days: 30 })).toBe("operational:orders:sum:amount:30d");
    expect(dimensionOf({ ...field, days: null })).toBe("operational:orders:sum:amount");
  });

  it("is offered for what the columns of a stream can tell", () => {
    const column = (key: string, kind: "number" | "code" | "date") => ({ key, kind, label: {} });
    const stream = {
      id: "stm_1",
      key: "orders",
      kind: "orders" as const,
      label: {},
      archived: false,
      columns: [column("amount", "number"), column("payment", "code"), column("ended", "date")],
    };
    expect(operationalDimensions([stream, { ...stream, archived: true }])).toEqual([
      "operational:orders:count:365d",
      "operational:orders:count",
      "operational:orders:days_since",
      "operational:orders:sum:amount:365d",
      "operational:orders:last:payment",
    ]);
  });
});
