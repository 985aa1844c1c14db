import { Button, MultiSelect, Popover, Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldInfo } from "../api/types";
import { FilterChips } from "../filters/FilterChips";
import { fieldDimension } from "../filters/fields";
import { type Filter, NO_VALUE, valuesOf, withFilter } from "../filters/filters";
import { sectionOf, useDimensionName, useDimensionValueName } from "../filters/names";
import { unitsQuery } from "../settings/units/units";
import { CHANNELS, STAGES } from "../touchpoints/model";
import { offeringsQuery, touchpointsQuery } from "../touchpoints/queries";
import { metricResultsQuery } from "./queries";
import { fitsConfidential } from "./question";

interface FilterRowProps {
  /** Whose records are asked for the values that attributes have. */
  metric: string;
  /** Dimensions of declared attributes. */
  attributes: readonly string[];
  /** Whether a confidential survey is counted, which takes few filters. */
  confidential: boolean;
  filters: Filter[];
  /** Fields of the surveys and sources that the metric counts. */
  fields: FieldInfo[];
  onChange: (filters: Filter[]) => void;
}

/** The filters of the question as chips, and a small editor that adds one. */
export function FilterRow({
  metric,
  attributes,
  confidential,
  filters,
  fields,
  onChange,
}: FilterRowProps) {
  const { t } = useTranslation();
  const dimensionName = useDimensionName();
  const valueName = useDimensionValueName();
  const choices = useChoices(fields);
  const [opened, setOpened] = useState(false);
  const [chosen, setDimension] = useState("touchpoint");
  const offered = [...choices.keys(), ...attributes].filter(
    (each) => !confidential || fitsConfidential(each),
  );
  const dimension = offered.includes(chosen) ? chosen : "unit";
  const ofPeople = attributes.includes(dimension);
  const known = useQuery({
    ...metricResultsQuery(metric, { split: [dimension] }),
    enabled: opened && ofPeople,
    placeholderData: undefined,
  });
  const values = ofPeople
    ? (known.data?.results.groups ?? []).map((group) => group.key[0] ?? NO_VALUE)
    : (choices.get(dimension) ?? []);

  const sections = [...new Set(offered.map(sectionOf))];

  return (
    <FilterChips shown={filters} filters={filters} onChange={onChange}>
      <Popover opened={opened} onChange={setOpened} width={320} position="bottom-start" trapFocus>
        <Popover.Target>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} stroke={1.8} aria-hidden />}
            onClick={() => setOpened((current) => !current)}
          >
            {t("metrics.add_filter")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Select
            label={t("metrics.filter_dimension")}
            data={sections.map((section) => ({
              group: t(`metrics.section.${section}`),
              items: offered
                .filter((each) => sectionOf(each) === section)
                .map((each) => ({ value: each, label: dimensionName(each) })),
            }))}
            searchable
            openOnFocus={false}
            value={dimension}
            onChange={(next) => next && setDimension(next)}
            comboboxProps={{ withinPortal: false }}
            mb="sm"
          />
          <MultiSelect
            label={t("metrics.filter_values")}
            data={values.map((value) => ({
              value,
              label: valueName(dimension, value),
            }))}
            value={valuesOf(filters, dimension)}
            onChange={(values) => onChange(withFilter(filters, dimension, values))}
            searchable
            limit={100}
            comboboxProps={{ withinPortal: false }}
          />
        </Popover.Dropdown>
      </Popover>
    </FilterChips>
  );
}

/** The values that may be chosen, by dimension; a field only when its values have names. */
function useChoices(fields: readonly FieldInfo[]): Map<string, string[]> {
  const { data: touchpoints } = useQuery(touchpointsQuery);
  const { data: offerings } = useQuery(offeringsQuery);
  const { data: units } = useQuery(unitsQuery());
  return new Map([
    ["touchpoint", touchpoints?.map((each) => each.id) ?? []],
    ["channel", [...CHANNELS]],
    ["stage", [...STAGES]],
    ["unit", units?.map((each) => each.id) ?? []],
    ["offering", offerings?.map((each) => each.id) ?? []],
    ["direct", ["true", "false"]],
    ["solicited", ["true", "false"]],
    ["language", ["ja", "en"]],
    ...fields
      .filter((field) => Object.keys(field.values).length > 0)
      .map((field): [string, string[]] => [fieldDimension(field), Object.keys(field.values)]),
  ]);
}
