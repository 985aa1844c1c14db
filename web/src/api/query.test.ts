import { InfiniteQueryObserver, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { createQueryClient } from "./query";

/** A server whose reads are answered by hand, each with what stood when it was asked. */
function server() {
  let status = "live";
  const open: (() => void)[] = [];
  return {
    close: () => {
      status = "closed";
    },
    read: () => {
      const read = status;
      return new Promise<string>((done) => open.push(() => done(read)));
    },
    answer: (nth: number) => open[nth]?.(),
    asked: () => open.length,
  };
}

const tick = () => new Promise((done) => setTimeout(done, 0));

describe("a change", () => {
  it("is seen although the first read of a list began before it", async () => {
    const [queries, koe] = [createQueryClient(), server()];
    const observer = new QueryObserver(queries, { queryKey: ["list", "q"], queryFn: koe.read });
    const leave = observer.subscribe(() => undefined);
    koe.close();
    const renewed = queries.invalidateQueries({ queryKey: ["list"] });
    await tick();
    koe.answer(0);
    await tick();
    koe.answer(1);
    await renewed;
    expect(koe.asked()).toBe(2);
    expect(observer.getCurrentResult().data).toBe("closed");
    leave();
  });

  it("is seen in a list read in pages, and leaves other lists alone", async () => {
    const [queries, koe, other] = [createQueryClient(), server(), server()];
    const observer = new InfiniteQueryObserver(queries, {
      queryKey: ["list", "pages"],
      queryFn: koe.read,
      initialPageParam: 0,
      getNextPageParam: () => undefined,
    });
    const apart = new QueryObserver(queries, { queryKey: ["other"], queryFn: other.read });
    const leave = [observer.subscribe(() => undefined), apart.subscribe(() => undefined)];
    koe.close();
    const renewed = queries.invalidateQueries({ queryKey: ["list"] });
    await tick();
    for (const nth of [0, 1]) koe.answer(nth);
    other.answer(0);
    await renewed;
    await tick();
    expect(observer.getCurrentResult().data?.pages).toEqual(["closed"]);
    expect([other.asked(), apart.getCurrentResult().data]).toEqual([1, "live"]);
    for (const each of leave) each();
  });
});
