import { beforeEach, describe, expect, it } from "vitest";
import type { Import, Mapping } from "./model";
import { keepUnfinished, unfinished } from "./unfinished";

const mapping = { target: { kind: "voices" }, columns: [] } as unknown as Mapping;
const given = { id: "imp_1", sniffed: { layout: { kind: "delimited" } }, mapping } as Import;
const changed = { ...mapping, columns: [{ column: "a", role: { is: "text", field: "a" } }] };

beforeEach(() => sessionStorage.clear());

describe("decisions about a file", () => {
  it("come back to the page they were made on, and to no other", () => {
    keepUnfinished(sessionStorage, given, changed as Mapping);
    expect(unfinished(sessionStorage, given)).toEqual(changed);
    expect(unfinished(sessionStorage, { ...given, id: "imp_2" })).toBeNull();
    const read = { ...given.sniffed, layout: { kind: "workbook" } } as Import["sniffed"];
    expect(unfinished(sessionStorage, { ...given, sniffed: read })).toBeNull();
  });

  it("are gone when the proposal is taken again, and where nothing can be kept", () => {
    keepUnfinished(sessionStorage, given, changed as Mapping);
    keepUnfinished(sessionStorage, given, mapping);
    expect(unfinished(sessionStorage, given)).toBeNull();
    const full = {
      getItem: () => "not JSON",
      removeItem: () => undefined,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    keepUnfinished(full, given, changed as Mapping);
    expect(unfinished(full, given)).toBeNull();
  });
});
