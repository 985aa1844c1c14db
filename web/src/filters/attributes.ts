/** Declared attributes of customers and accounts as dimensions. Pure. */
import type { Attribute } from "../api/types";

/** An attribute that a dimension names, and whether as known now or as it was then. */
export interface AttributeDimension {
  holder: "customer" | "account";
  key: string;
  frozen: boolean;
}

/** Reads `customer:plan`, `customer_then:plan`, `account:industry`. */
export function attributeOf(dimension: string): AttributeDimension | null {
  const found = /^(customer|account|customer_then):([^@]+)/.exec(dimension);
  if (!found?.[1] || !found[2]) return null;
  return {
    holder: found[1] === "account" ? "account" : "customer",
    key: found[2],
    frozen: found[1] === "customer_then",
  };
}

/** The dimensions of attributes that divide people without telling who they are; numbers and dates do in bands. */
export function attributeDimensions(attributes: readonly Attribute[]): string[] {
  return attributes
    .filter((each) => !each.personal && !each.archived && each.kind !== "text")
    .flatMap((each) => [
      `${each.holder}:${each.key}`,
      ...(each.holder === "customer" && each.frozen ? [`customer_then:${each.key}`] : []),
    ]);
}

/** What is declared of the attribute that a dimension names. */
export function declaredOf(
  { holder, key }: AttributeDimension,
  attributes: readonly Attribute[] | undefined,
): Attribute | undefined {
  return attributes?.find((each) => each.holder === holder && each.key === key);
}
