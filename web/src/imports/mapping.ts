/** Changes of a mapping, one at a time. Every function gives a new mapping. Pure. */
import { freeId, type Question } from "../surveys/document";
import {
  type ColumnMapping,
  type ColumnRole,
  compared,
  type DateForm,
  type FileColumn,
  type Mapping,
  type RoleName,
} from "./model";

const columnsOf = (mapping: Mapping): ColumnMapping[] => mapping.columns ?? [];

/** Questions the mapping brings along; none for other rows. */
export function questionsOf(mapping: Mapping): Question[] {
  return mapping.target.kind === "new_survey"
    ? (mapping.target.questions as unknown as Question[])
    : [];
}

const isOf = (column: FileColumn) => (mapped: ColumnMapping) =>
  mapped.column === column.name && (mapped.nth ?? 0) === column.nth;

/** What a column of the file means, and its place among the mapped ones. */
export function mappedColumn(mapping: Mapping, column: FileColumn) {
  const place = columnsOf(mapping).findIndex(isOf(column));
  return place < 0 ? null : { place, mapped: columnsOf(mapping)[place] as ColumnMapping };
}

/** Gives a column a role; none passes it over. Questions that nothing fills any more go. */
export function withRole(
  mapping: Mapping,
  column: FileColumn,
  role: ColumnRole | null,
  questions: Question[] = questionsOf(mapping),
): Mapping {
  const all = columnsOf(mapping);
  const found = mappedColumn(mapping, column);
  const columns = !role
    ? all.filter((each) => !isOf(column)(each))
    : found
      ? all.map((each, place) => (place === found.place ? { ...each, role } : each))
      : [
          ...all,
          {
            column: column.name,
            role,
            ...(column.nth ? { nth: column.nth } : {}),
          } as ColumnMapping,
        ];
  return tidied({ ...mapping, columns }, questions);
}

/** Cells of a column that mean "nothing"; they are no choices of a question of its own. */
export function withMissing(mapping: Mapping, column: FileColumn, missing: string[]): Mapping {
  const columns = columnsOf(mapping).map((each) =>
    isOf(column)(each) ? { ...each, missing } : each,
  );
  const role = mappedColumn(mapping, column)?.mapped.role;
  const asked = role?.is === "answer" ? role.question : undefined;
  const own = questionsOf(mapping).find(({ id }) => id === asked);
  const next = { ...mapping, columns };
  if (own?.type !== "single") return next;
  const said = column.values.filter((cell) => !missing.includes(cell));
  const before = own.choices ?? [];
  const choices = choicesOf(said).map(
    (choice) => before.find(({ id }) => id === choice.id) ?? choice,
  );
  return withQuestion(next, { ...own, choices });
}

export function withQuestion(mapping: Mapping, question: Question): Mapping {
  return tidied(
    mapping,
    questionsOf(mapping).map((each) => (each.id === question.id ? question : each)),
  );
}

function tidied(mapping: Mapping, questions: Question[]): Mapping {
  if (mapping.target.kind !== "new_survey") return mapping;
  const used = new Set(columnsOf(mapping).flatMap(({ role }) => questionIds(role)));
  return {
    ...mapping,
    target: {
      ...mapping.target,
      questions: questions.filter(({ id }) => used.has(id)) as never,
    },
  };
}

/** The questions that a role fills. */
export function questionIds(role: ColumnRole): string[] {
  if (role.is === "answer" || role.is === "write_in") return [role.question];
  return role.is === "text_by" ? Object.values(role.questions) : [];
}

/** A stable key out of a name, as the server makes one. */
export function keyOf(name: string): string {
  const key = [...name]
    .map((sign) => (/[a-z0-9]/i.test(sign) ? sign.toLowerCase() : "_"))
    .slice(0, 40)
    .join("")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(key) ? key : `f${key}`;
}

const both = (text: string) => ({ ja: text, en: text });

/** Types a column of its own can become. */
export const OWN_TYPES = ["rating", "nps", "csat", "ces", "single", "text", "number"] as const;
export type OwnType = (typeof OWN_TYPES)[number];

/** A question of a type for a column: its scale and choices are what the cells hold. */
export function ownQuestion(column: FileColumn, type: OwnType, id: string, text: string): Question {
  const base = { id, text: both(text) };
  const numbers = column.values.map(Number).filter(Number.isFinite);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  switch (type) {
    case "rating": {
      const fits = numbers.length > 0 && low >= 0 && high >= 2 && high <= 10;
      return { ...base, type, low: fits ? Math.min(low, 1) : 1, high: fits ? high : 5 } as Question;
    }
    case "csat":
      return { ...base, type, points: 5 } as Question;
    case "ces":
      return { ...base, type, points: 7 } as Question;
    case "single":
      return { ...base, type, choices: choicesOf(column.values) } as Question;
    case "text":
      return { ...base, type, long: true, voice: true } as Question;
    default:
      return { ...base, type } as Question;
  }
}

function choicesOf(values: string[]) {
  const taken: string[] = [];
  return values.map((value) => {
    const plain = value.replace(/[^\w-]/g, "_").slice(0, 28) || "c";
    const id = taken.includes(plain.toLowerCase()) ? freeId(`${plain}_`, taken) : plain;
    taken.push(id.toLowerCase());
    const number = Number(value);
    return {
      id,
      label: both(value),
      ...(value.trim() && Number.isFinite(number) ? { value: number } : {}),
    };
  });
}

/** The type that suits a column best. */
export function likelyType(column: FileColumn): OwnType {
  switch (column.looks) {
    case "integer":
      return column.more_values ? "number" : "rating";
    case "number":
      return "number";
    case "code":
      return "single";
    default:
      return "text";
  }
}

/** Sets a role by its name, with what is needed to begin with. */
export function chooseRole(mapping: Mapping, column: FileColumn, is: RoleName | null): Mapping {
  if (!is) return withRole(mapping, column, null);
  const questions = questionsOf(mapping);
  const ids = questions.map((each) => each.id);
  const fields = columnsOf(mapping).flatMap(({ role }) => ("field" in role ? [role.field] : []));
  const wantedField = keyOf(column.name);
  const field = fields.includes(wantedField) ? freeId(`${wantedField}_`, fields) : wantedField;
  switch (is) {
    case "answer": {
      if (mapping.target.kind !== "new_survey") {
        return withRole(mapping, column, { is, question: "" });
      }
      const wanted = keyOf(column.name);
      const id = ids.includes(wanted) ? freeId(`${wanted}_`, ids) : wanted;
      const question = ownQuestion(column, likelyType(column), id, column.label || column.name);
      return withRole(mapping, column, { is, question: id }, [...questions, question]);
    }
    case "occurred_at":
      return withRole(mapping, column, {
        is,
        forms: column.date_forms.length ? column.date_forms : ["day_first", "month_first"],
        ambiguous: "leave_out",
      });
    case "customer":
      return withRole(mapping, column, {
        is,
        identifier: column.looks === "email" ? "email" : "external:import",
      });
    case "attribute":
      return withRole(mapping, column, { is, key: "" });
    case "write_in":
      return withRole(mapping, column, { is, question: "" });
    case "text_by":
      return withRole(mapping, column, { is, column: "", questions: {} });
    case "field":
      return withRole(mapping, column, { is, field: "" });
    case "value":
      return withRole(mapping, column, {
        is,
        field,
        kind: VALUE_OF[column.looks] ?? "code",
      });
    case "text":
      return withRole(mapping, column, { is, field });
    default:
      return withRole(mapping, column, { is } as ColumnRole);
  }
}

const VALUE_OF: Partial<Record<FileColumn["looks"], "number" | "integer" | "date">> = {
  integer: "integer",
  number: "number",
  date: "date",
};

/** The texts of a column, each to the question that another column names. */
export function textBy(mapping: Mapping, column: FileColumn, by: FileColumn): Mapping {
  const questions = questionsOf(mapping);
  const named: Record<string, string> = {};
  // Values that differ by blanks alone are one question.
  const values = new Map(by.values.map((value) => [compared(value), value]));
  for (const value of mapping.target.kind === "new_survey" ? values.keys() : []) {
    const id = freeId(
      "words",
      questions.map((each) => each.id),
    );
    questions.push(ownQuestion(by, "text", id, value));
    named[value] = id;
  }
  return withRole(mapping, column, { is: "text_by", column: by.name, questions: named }, questions);
}

/** Date forms by the values of another column, all beginning with the column's own. */
export function datesBy(mapping: Mapping, column: FileColumn, by: FileColumn | null): Mapping {
  const role = mappedColumn(mapping, column)?.mapped.role;
  if (role?.is !== "occurred_at") return mapping;
  const { by: _by, ...rest } = role;
  if (!by) return withRole(mapping, column, rest);
  const forms = Object.fromEntries(
    by.values.map((value) => [compared(value), [...role.forms]]),
  ) as Record<string, DateForm[]>;
  return withRole(mapping, column, { ...rest, by: { column: by.name, forms } });
}

type CodedRole = Extract<ColumnRole, { is: "touchpoint" | "unit" | "offering" | "channel" }>;

const isCoded = (role: ColumnRole): role is CodedRole =>
  role.is === "touchpoint" || role.is === "unit" || role.is === "offering" || role.is === "channel";

/** Says which codes cells stand for; an empty code takes it back. Other cells stay as they are. */
export function withCodes(
  mapping: Mapping,
  column: FileColumn,
  pairs: readonly [cell: string, code: string][],
): Mapping {
  const role = mappedColumn(mapping, column)?.mapped.role;
  if (!role || !isCoded(role)) return mapping;
  const set = new Set(pairs.map(([cell]) => folded(cell)));
  const rest = Object.entries(role.values ?? {}).filter(([cell]) => !set.has(folded(cell)));
  const values = Object.fromEntries([...rest, ...pairs.filter(([, code]) => code)]);
  return withRole(mapping, column, { ...role, values });
}

/** Cells of a coded column that no code is known for, as far as the sample shows them. */
export function unknownCells(
  column: FileColumn,
  values: Record<string, string>,
  known: ReadonlySet<string>,
): string[] {
  const mapped = new Map(Object.entries(values).map(([cell, code]) => [folded(cell), code]));
  return column.values.filter((cell) => !known.has(mapped.get(folded(cell)) ?? cell.trim()));
}

export const folded = (cell: string) => compared(cell).toLowerCase();

/** What still has to be said before a trial makes sense, by the key of its text. */
export function openPoints(mapping: Mapping): ("time" | "customer" | "content" | "survey")[] {
  const roles = new Set(columnsOf(mapping).map(({ role }) => role.is));
  const { kind } = mapping.target;
  const points: ("time" | "customer" | "content" | "survey")[] = [];
  if (mapping.target.kind === "survey" && !mapping.target.survey_id) points.push("survey");
  const answers = roles.has("answer") || roles.has("text_by");
  if ((kind === "survey" || kind === "new_survey") && !answers) points.push("content");
  if (kind === "voices" && !roles.has("text")) points.push("content");
  if (kind !== "customers" && !roles.has("occurred_at") && !mapping.all_rows?.occurred_at) {
    points.push("time");
  }
  if ((kind === "customers" || kind === "operational") && !roles.has("customer")) {
    points.push("customer");
  }
  return points;
}

/** Which form counts in doubt, in every list that has it; none leaves doubtful rows out. */
export function preferForm(
  role: Extract<ColumnRole, { is: "occurred_at" }>,
  form: DateForm | null,
): Extract<ColumnRole, { is: "occurred_at" }> {
  if (!form) return { ...role, ambiguous: "leave_out" };
  const first = (forms: DateForm[]) =>
    forms.includes(form) ? [form, ...forms.filter((each) => each !== form)] : forms;
  const by = role.by && {
    ...role.by,
    forms: Object.fromEntries(
      Object.entries(role.by.forms).map(([value, forms]) => [value, first(forms)]),
    ),
  };
  return { ...role, forms: first(role.forms), ...(by ? { by } : {}), ambiguous: "first_form" };
}
