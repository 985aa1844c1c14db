import { TextInput } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { writeDay } from "../../format/day";
import { useLanguage } from "../../i18n/language";

export interface DayInputProps {
  label?: ReactNode;
  "aria-label"?: string;
  description?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  /** `2026-11-22`, with `time` `2026-11-22T18:30`, or nothing. */
  value: string;
  /** The new value in the same form; nothing when the field was emptied. */
  onChange: (value: string) => void;
  /** Asks for hour and minute, too. */
  time?: boolean;
  /** Keeps the calendar inside the surrounding dialog or popover. */
  inside?: boolean;
  size?: "xs" | "sm";
  "data-field"?: string;
}

const DayField = lazy(() => import("./DayField"));

/**
 * A day (or moment) in the chosen language: typed in any usual form, or picked
 * from a calendar. The calendar is loaded when a screen first shows a field.
 */
export function DayInput(props: DayInputProps) {
  const language = useLanguage();
  const { time: _time, inside: _inside, onChange: _onChange, value, ...shown } = props;
  return (
    <Suspense
      fallback={<TextInput {...shown} readOnly value={value && writeDay(value, language)} />}
    >
      <DayField {...props} />
    </Suspense>
  );
}
