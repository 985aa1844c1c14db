import { describe, expect, it } from "vitest";
import { unwrap } from "./client";
import { ApiProblem, asProblem, problemFrom } from "./problem";
import { retriesRead } from "./query";

const response = (status: number) => new Response(null, { status });

describe("a failed request", () => {
  it("is one kind of exception, with the fields it names", async () => {
    const error = {
      title: "Unprocessable",
      status: 422,
      detail: "code: taken",
      code: "invalid_input",
      fields: [{ field: "move.from", message: "must be a day" }],
    };
    const thrown = await unwrap(Promise.resolve({ error, response: response(422) })).catch(
      (caught) => caught,
    );
    expect(thrown).toBeInstanceOf(ApiProblem);
    const problem = thrown as ApiProblem;
    expect(problem.forField("from")).toBe("must be a day");
    expect(problem.forField("form")).toBeUndefined();
  });

  it("is a problem too when the body is no document, or no answer came", async () => {
    expect(problemFrom("<html>", response(502)).status).toBe(502);
    const thrown = await unwrap(Promise.reject(new TypeError("fetch failed"))).catch(asProblem);
    expect((thrown as ApiProblem).status).toBe(0);
  });

  it("is tried again only when it may pass", () => {
    const failed = (status: number) => new ApiProblem({}, status);
    expect(retriesRead(0, failed(503))).toBe(true);
    expect(retriesRead(0, failed(0))).toBe(true);
    expect(retriesRead(2, failed(503))).toBe(false);
    for (const status of [401, 403, 404, 422]) expect(retriesRead(0, failed(status))).toBe(false);
  });
});

it("an empty answer that worked is no failure", async () => {
  expect(await unwrap(Promise.resolve({ response: response(204) }))).toBeUndefined();
});
