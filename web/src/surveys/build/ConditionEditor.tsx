import { ActionIcon, Button, Select } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import {
  type Condition,
  type Group,
  isGroup,
  MODES,
  type Mode,
  type Part,
  readCondition,
  type Subject,
  startTest,
  subjectsBefore,
  withPart,
  writeCondition,
} from "../conditions";
import type { SurveyDocument } from "../document";
import { sentenceOf } from "../sentence";
import building from "./build.module.css";
import classes from "./condition.module.css";
import { TestRow } from "./TestRow";
import { useWording } from "./useWording";

/** Groups may stand in groups so deep; the document allows twenty levels. */
const DEEPEST = 19;

interface ConditionEditorProps {
  label: string;
  document: SurveyDocument;
  /** What stands before this place may be asked about. */
  place: { page: number; question?: number };
  condition: Condition | null | undefined;
  onChange: (condition: Condition | null) => void;
  /** The key of the document under which the condition stands. */
  field: string;
}

/** When something holds: tests, and groups of tests within groups; none means always. */
export function ConditionEditor(props: ConditionEditorProps) {
  const { label, document, place, condition, onChange, field } = props;
  const { t } = useTranslation();
  const group = readCondition(condition);
  const subjects = subjectsBefore(document, place);
  const wording = useWording(subjects);
  return (
    <fieldset className={building.condition} data-field={field}>
      <legend className={building.caption}>{label}</legend>
      <p className={classes.says}>
        {group.parts.length === 0 ? t("surveys.always") : sentenceOf(group, wording)}
      </p>
      <GroupEditor
        name={label}
        group={group}
        subjects={subjects}
        depth={0}
        onChange={(next) => onChange(writeCondition(next))}
      />
    </fieldset>
  );
}

interface GroupEditorProps {
  name: string;
  group: Group;
  subjects: Subject[];
  depth: number;
  onChange: (group: Group) => void;
}

function GroupEditor({ name, group, subjects, depth, onChange }: GroupEditorProps) {
  const { t } = useTranslation();
  const [first] = subjects;
  const reason = first ? undefined : t("surveys.nothing_before");
  const add = (part: Part) => onChange({ ...group, parts: [...group.parts, part] });
  const set = (at: number, part: Part | null) => onChange(withPart(group, at, part));
  return (
    <>
      {(group.parts.length > 1 || depth > 0 || group.mode === "none") && (
        <Select
          size="xs"
          aria-label={t("field.pair", { name, value: t("builder.condition.mode") })}
          data={MODES.map((value) => ({ value, label: t(`builder.condition.modes.${value}`) }))}
          value={group.mode}
          allowDeselect={false}
          onChange={(mode) => onChange({ ...group, mode: mode as Mode })}
        />
      )}
      {group.parts.map((part, index) =>
        isGroup(part) ? (
          <fieldset
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no names; their order is theirs.
            key={index}
            className={classes.group}
            aria-label={t("builder.condition.group", { number: index + 1 })}
          >
            <GroupEditor
              name={t("builder.condition.group", { number: index + 1 })}
              group={part}
              subjects={subjects}
              depth={depth + 1}
              onChange={(next) => set(index, next)}
            />
            <ActionIcon
              className={classes.groupRemove}
              variant="subtle"
              color="gray"
              aria-label={t("builder.condition.remove_group", { number: index + 1 })}
              onClick={() => set(index, null)}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </fieldset>
        ) : (
          <TestRow
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no names; their order is theirs.
            key={index}
            test={part}
            subjects={subjects}
            onChange={(next) => set(index, next)}
            onRemove={() => set(index, null)}
          />
        ),
      )}
      <span className={building.adds}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={!first}
          title={reason}
          onClick={() => first && add(startTest(first))}
        >
          {t("surveys.add_test")}
        </Button>
        {group.parts.length > 0 && depth < DEEPEST && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={16} aria-hidden />}
            disabled={!first}
            title={reason}
            onClick={() =>
              first &&
              add({ mode: group.mode === "any" ? "all" : "any", parts: [startTest(first)] })
            }
          >
            {t("builder.condition.add_group")}
          </Button>
        )}
      </span>
    </>
  );
}
