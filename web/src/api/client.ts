/**
 * The only way to the server. `api` is typed by the API document; `unwrap` turns
 * its answers into data or one kind of exception. The session is a cookie the
 * browser keeps; nothing about it is readable here.
 */
import i18next from "i18next";
import createClient from "openapi-fetch";
import { ApiProblem, problemFrom } from "./problem";
import type { paths } from "./schema.gen";

/** Fires when any request finds that nobody is signed in any more. */
export const signedOut = new EventTarget();

export const api = createClient<paths>({
  baseUrl: typeof window === "undefined" ? "http://localhost" : window.location.origin,
  credentials: "same-origin",
  // Looked up at each call, so that tests can put a fixture in its place.
  fetch: (request) => globalThis.fetch(request),
});

// Refusals and files come in the language of the screen, which may not be the browser's.
api.use({
  onRequest: ({ request }) => {
    request.headers.set("accept-language", i18next.language);
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or an `ApiProblem`. */
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem({ code: "network" }, 0);
  }
  if (answer.response.ok) return answer.data as T;
  const problem = problemFrom(answer.error, answer.response);
  if (problem.status === 401) signedOut.dispatchEvent(new Event("signed-out"));
  throw problem;
}
