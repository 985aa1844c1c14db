import { ActionIcon, Popover, TextInput } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import "@mantine/dates/styles.css";
import "dayjs/locale/ja";
import { IconCalendar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatDate } from "../../format/date";
import { readDay, writeDay } from "../../format/day";
import { useLanguage } from "../../i18n/language";
import type { DayInputProps } from "./DayInput";

/**
 * The field itself; `DayInput` loads it. The calendar opens by its button alone,
 * so that it never covers what comes after a typed day, and takes the keyboard.
 */
export default function DayField({ value, onChange, time, inside, ...rest }: DayInputProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [opened, setOpened] = useState(false);
  // What is being typed stays as it is typed until the field is left.
  const [typed, setTyped] = useState<string | null>(null);
  const japanese = language === "ja";
  const day = value.slice(0, 10);
  return (
    <TextInput
      {...rest}
      autoComplete="off"
      placeholder={writeDay(time ? "2026-12-31T18:00" : "2026-12-31", language)}
      value={typed ?? (value && writeDay(value, language))}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const read = text.trim() === "" ? "" : readDay(text, language, time);
        if (read !== null) onChange(read);
      }}
      onBlur={() => setTyped(null)}
      // Above the marks of the fields that the open calendar covers.
      rightSectionProps={opened ? { style: { zIndex: 2 } } : undefined}
      rightSection={
        <Popover
          opened={opened}
          onChange={setOpened}
          position="bottom-end"
          trapFocus
          returnFocus
          withinPortal={!inside}
        >
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("calendar.open")}
              onClick={() => setOpened(!opened)}
            >
              <IconCalendar size={16} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown aria-label={t("calendar.open")}>
            <DatePicker
              locale={language}
              hideOutsideDates
              weekendDays={[]}
              firstDayOfWeek={japanese ? 0 : 1}
              monthLabelFormat={japanese ? "YYYY年M月" : "MMMM YYYY"}
              yearLabelFormat={japanese ? "YYYY年" : "YYYY"}
              monthsListFormat={japanese ? "M月" : "MMM"}
              getDayAriaLabel={(each) => formatDate(each, language)}
              ariaLabels={{
                previousMonth: t("calendar.previous_month"),
                nextMonth: t("calendar.next_month"),
                previousYear: t("calendar.previous_year"),
                nextYear: t("calendar.next_year"),
                previousDecade: t("calendar.previous_decade"),
                nextDecade: t("calendar.next_decade"),
              }}
              defaultDate={day || undefined}
              value={day || null}
              onChange={(next) => {
                if (next) onChange(time ? next + (value.slice(10) || "T00:00") : next);
                setOpened(false);
              }}
            />
          </Popover.Dropdown>
        </Popover>
      }
    />
  );
}
