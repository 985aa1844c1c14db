import { Link, type LinkProps } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

export interface AppLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  /** An address from `paths`. */
  to: string;
  /** Parameters to add to the address; the global filter is kept by itself. */
  search?: Record<string, unknown>;
  ref?: Ref<HTMLAnchorElement>;
}

/** A link inside the application. The router's own link types are settled here, once. */
export function AppLink({ to, search, ...rest }: AppLinkProps) {
  const link = { to, ...(search ? { search } : {}) } as unknown as LinkProps;
  return <Link {...link} {...rest} />;
}
