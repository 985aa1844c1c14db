/** Errors of the API (RFC 9457 problem documents) as one exception type. */

export interface FieldProblem {
  field: string;
  message: string;
}

export interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  fields?: FieldProblem[];
  request_id?: string | null;
}

/** A refused or failed request. `status` 0 means that no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly FieldProblem[];
  readonly requestId: string | null;

  constructor(document: ProblemDocument, status: number) {
    super(document.detail || document.title || `HTTP ${status}`);
    this.name = "ApiProblem";
    this.status = status;
    this.code = document.code ?? (status === 0 ? "network" : "unknown");
    this.detail = document.detail ?? "";
    this.fields = document.fields ?? [];
    this.requestId = document.request_id ?? null;
  }

  /** The message for one field of a form, also when the server names it by path. */
  forField(name: string): string | undefined {
    return this.fields.find((each) => each.field === name || each.field.endsWith(`.${name}`))
      ?.message;
  }
}

/** Reads whatever a failed request brought into a problem. */
export function problemFrom(body: unknown, response: Response): ApiProblem {
  const document =
    body && typeof body === "object" && !Array.isArray(body) ? (body as ProblemDocument) : {};
  const id = document.request_id ?? response.headers.get("x-request-id");
  return new ApiProblem({ ...document, request_id: id }, response.status);
}

/** Any thrown value as a problem, so that screens handle one type. */
export function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem({ detail: "", code: "network" }, 0);
}
