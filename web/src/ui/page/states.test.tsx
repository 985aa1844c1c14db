import type { UseQueryResult } from "@tanstack/react-query";
import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem";
import { renderIn } from "../../testing/render";
import { QueryState } from "./states";

const query = (state: Partial<UseQueryResult<string[]>>) =>
  ({ data: undefined, isError: false, refetch: vi.fn(), ...state }) as UseQueryResult<string[]>;

const screenOf = (state: UseQueryResult<string[]>) => (
  <QueryState query={state} isEmpty={(data) => data.length === 0} empty={<p>add one</p>}>
    {(data) => <p>{data.join()}</p>}
  </QueryState>
);

describe("a screen that reads one thing", () => {
  it("waits", async () => {
    await renderIn("en", screenOf(query({})));
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });

  it("says what failed, which request it was, and tries again", async () => {
    const failed = query({
      isError: true,
      error: new ApiProblem({ detail: "The lake is closed.", request_id: "req_1" }, 503),
    } as never);
    await renderIn("en", screenOf(failed));
    expect(screen.getByRole("alert").textContent).toContain("The lake is closed.");
    expect(screen.getByRole("alert").textContent).toContain("req_1");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(failed.refetch).toHaveBeenCalledOnce();
  });

  it("says that it is not for this member, without offering to try again", async () => {
    await renderIn(
      "ja",
      screenOf(query({ isError: true, error: new ApiProblem({}, 403) } as never)),
    );
    expect(screen.getByText("閲覧権限がありません")).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("names the next step when there is nothing, and shows what there is", async () => {
    await renderIn("en", screenOf(query({ data: [] })));
    expect(screen.getByText("add one")).toBeTruthy();
    await renderIn("en", screenOf(query({ data: ["a", "b"] })));
    expect(screen.getByText("a,b")).toBeTruthy();
  });

  it("keeps showing the older answer when a refresh fails", async () => {
    const stale = query({ data: ["old"], isError: true, error: new Error("x") } as never);
    await renderIn("en", screenOf(stale));
    expect(screen.getByText("old")).toBeTruthy();
  });
});
