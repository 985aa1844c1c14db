/**
 * What a person decided about a file, carried over to another proposal for it. Pure.
 *
 * A decision is where the mapping differs from the proposal it began with. It stands wherever
 * the new proposal has room for it: in a column the file still has, with a meaning its rows can
 * have. Everything else is as the new proposal says.
 */
import type { Question } from "../surveys/document";
import {
  chooseRole,
  mappedColumn,
  questionIds,
  questionsOf,
  withMissing,
  withRole,
} from "./mapping";
import {
  type ColumnRole,
  type FileColumn,
  type Mapping,
  type RoleName,
  rolesFor,
  type Target,
} from "./model";

/** `now` began with `before`; what was changed in between is put on top of `proposal`. */
export function carriedOver(
  before: Mapping,
  now: Mapping,
  proposal: Mapping,
  columns: readonly FileColumn[],
): Mapping {
  if (same(now, before)) return proposal;
  const start: Mapping = {
    ...proposal,
    ...changed(
      { missing: before.missing, time_zone: before.time_zone },
      { missing: now.missing, time_zone: now.time_zone },
    ),
    target: targetOver(before.target, now.target, proposal.target),
  };
  const forAll = changed(before.all_rows ?? {}, now.all_rows ?? {});
  if (Object.keys(forAll).length > 0) start.all_rows = { ...proposal.all_rows, ...forAll };
  return columns.reduce((over, column) => columnOver(before, now, over, column), start);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The parts of `now` that are not as they were. */
function changed<T extends object>(before: T, now: T): Partial<T> {
  const parts = Object.entries(now).filter(([key, part]) => !same(part, before[key as keyof T]));
  return Object.fromEntries(parts) as Partial<T>;
}

/** Names and keys that were given, when the rows still go to a place of that kind. */
function targetOver(before: Target, now: Target, proposal: Target): Target {
  if (now.kind !== before.kind || now.kind !== proposal.kind) return proposal;
  if (now.kind === "survey") return proposal;
  const { questions: _ofColumns, ...own } = changed(before, now) as Record<string, unknown>;
  return { ...proposal, ...own } as Target;
}

function columnOver(before: Mapping, now: Mapping, over: Mapping, column: FileColumn): Mapping {
  const was = mappedColumn(before, column)?.mapped;
  const mine = mappedColumn(now, column)?.mapped;
  const asked = mine ? ownQuestions(now, mine.role) : [];
  if (same(was, mine) && same(was ? ownQuestions(before, was.role) : [], asked)) return over;
  if (!mine) return withRole(over, column, null);
  const possible = rolesFor(over.target.kind).some(([, roles]) => roles.includes(mine.role.is));
  if (!possible) return over;
  const next = meansTheSame(mine.role, now.target, over.target)
    ? withRole(over, column, mine.role, withAsked(questionsOf(over), asked))
    : mappedColumn(over, column)?.mapped.role.is === mine.role.is
      ? over
      : chooseRole(over, column, mine.role.is);
  return same(was?.missing, mine.missing) ? next : withMissing(next, column, mine.missing ?? []);
}

/** Roles that name something of the survey. */
const OF_SURVEY: ReadonlySet<RoleName> = new Set(["answer", "text_by", "write_in", "field"]);

/**
 * Which question is meant can only be said of the same survey; of another one, that it is an
 * answer is what remains of the decision.
 */
function meansTheSame({ is }: ColumnRole, mine: Target, theirs: Target): boolean {
  if (!OF_SURVEY.has(is)) return true;
  if (mine.kind === "survey" && theirs.kind === "survey") {
    return mine.survey_id === theirs.survey_id;
  }
  return mine.kind === theirs.kind;
}

/** The questions a role brings along to a survey that is made of the columns. */
function ownQuestions(mapping: Mapping, role: ColumnRole): Question[] {
  const ids = new Set(questionIds(role));
  return questionsOf(mapping).filter(({ id }) => ids.has(id));
}

function withAsked(questions: Question[], asked: Question[]): Question[] {
  const mine = new Map(asked.map((question) => [question.id, question]));
  const others = questions.map((each) => mine.get(each.id) ?? each);
  return [...new Set([...others, ...asked])];
}
