import { ActionIcon, Button, CopyButton, Menu } from "@mantine/core";
import { IconCheck, IconCopy, IconDots, IconQrcode, IconSignature } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { formatMoment, formatMomentDay } from "../../format/date";
import { useLanguage } from "../../i18n/language";
import { paths } from "../../paths";
import { AppLink } from "../../ui/AppLink";
import { DataTable } from "../../ui/table/DataTable";
import type { Link } from "../document";
import classes from "../surveys.module.css";
import type { LinkDialogName } from "./LinksPage";
import { stateOf } from "./lists";
import { usePlaceName } from "./usePlaceName";

interface LinkTableProps {
  links: Link[];
  onOpen: (dialog: LinkDialogName, link: Link) => void;
}

/** Links with where they are, whether they open, and what can be done with them. */
export function LinkTable({ links, onOpen }: LinkTableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const place = usePlaceName();
  const now = new Date();
  const state = (link: Link) => {
    const said = t(`links.states.${stateOf(link, now)}`);
    if (stateOf(link, now) !== "open" || !link.expires_at) return said;
    return `${said} (–${formatMoment(link.expires_at, language)})`;
  };
  return (
    <DataTable
      label={t("surveys.pages.links")}
      rows={links}
      rowKey={(link) => link.id}
      isFaint={(link) => stateOf(link, now) !== "open"}
      columns={[
        {
          key: "place",
          header: t("surveys.links.place"),
          rowHeader: true,
          cell: (link) => (
            <>
              {place(link) || t("surveys.links.anywhere")}
              {link.customer_id && (
                <>
                  {" · "}
                  <AppLink to={paths.customer(link.customer_id)}>{t("links.of_customer")}</AppLink>
                </>
              )}
            </>
          ),
        },
        {
          key: "kind",
          header: t("surveys.links.kind"),
          wideOnly: true,
          cell: (link) => (
            <span className={classes.state}>{t(`surveys.links.kinds.${link.kind}`)}</span>
          ),
        },
        {
          key: "state",
          header: t("links.state"),
          cell: (link) => <span className={classes.state}>{state(link)}</span>,
        },
        {
          key: "made",
          header: t("surveys.links.made"),
          wideOnly: true,
          cell: (link) => (
            <span className={classes.state}>{formatMomentDay(link.created_at, language)}</span>
          ),
        },
        {
          key: "actions",
          header: t("table.actions"),
          align: "end",
          cell: (link) => (
            <LinkActions
              link={link}
              name={place(link) || t("surveys.links.anywhere")}
              ended={Boolean(link.revoked_at)}
              onOpen={onOpen}
            />
          ),
        },
      ]}
    />
  );
}

interface LinkActionsProps {
  link: Link;
  name: string;
  ended: boolean;
  onOpen: LinkTableProps["onOpen"];
}

function LinkActions({ link, name, ended, onOpen }: LinkActionsProps) {
  const { t } = useTranslation();
  if (ended) return null;
  return (
    <span className={classes.rowActions}>
      <CopyButton value={link.url}>
        {({ copied, copy }) => (
          <>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={
                copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
              }
              onClick={copy}
            >
              {t(copied ? "action.copied" : "action.copy")}
            </Button>
            <span className="visually-hidden" role="status">
              {copied && t("links.copied_row", { place: name })}
            </span>
          </>
        )}
      </CopyButton>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconQrcode size={16} aria-hidden />}
        onClick={() => onOpen("qr", link)}
      >
        {t("surveys.links.qr")}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("builder.actions.menu_of", { name })}
          >
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconSignature size={16} aria-hidden />}
            onClick={() => onOpen("sign", link)}
          >
            {t("links.sign")}
          </Menu.Item>
          <Menu.Item color="red" onClick={() => onOpen("end", link)}>
            {t("surveys.links.end")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
