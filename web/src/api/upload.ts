/** Sending a file with its progress, which `fetch` does not tell. */
import i18next from "i18next";
import { signedOut } from "./client";
import { ApiProblem, problemFrom } from "./problem";

export interface Sending<T> {
  done: Promise<T>;
  cancel: () => void;
}

/** Sends a file as the body of a request; `onProgress` gets the share sent, 0 to 1. */
export function sendFile<T>(
  address: string,
  file: File,
  onProgress: (share: number) => void,
): Sending<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open("POST", address);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("accept-language", i18next.language);
    request.upload.onprogress = ({ loaded, total }) => total && onProgress(loaded / total);
    request.onload = () => {
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = undefined;
      }
      if (request.status >= 200 && request.status < 300) return resolve(body as T);
      const headers = { "x-request-id": request.getResponseHeader("x-request-id") ?? "" };
      const response = new Response(null, { status: request.status, headers });
      const problem = problemFrom(body, response);
      if (problem.status === 401) signedOut.dispatchEvent(new Event("signed-out"));
      reject(problem);
    };
    request.onerror = () => reject(new ApiProblem({ code: "network" }, 0));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
