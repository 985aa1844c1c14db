import { Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconLogout, IconUser } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { changeLanguage, LANGUAGES } from "../i18n";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { AppLink } from "../ui/AppLink";
import classes from "./Shell.module.css";

const SCHEMES = ["light", "dark", "auto"] as const;

/** Language, appearance and sign-out of the signed-in member. */
export function MeMenu() {
  const { t } = useTranslation();
  const { member } = useSession();
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/session")),
    onSettled: () => {
      queries.clear();
      // A full load leaves nothing of the member's data in memory.
      window.location.assign(paths.signIn());
    },
  });
  const mark = (chosen: boolean) =>
    chosen ? <IconCheck size={14} stroke={2} aria-hidden /> : <span style={{ width: 14 }} />;

  return (
    <Menu width={220}>
      <Menu.Target>
        <button
          type="button"
          className={classes.avatar}
          aria-label={t("shell.me.open", { name: member.name })}
        >
          {[...member.name.trim()][0]?.toUpperCase() ?? "?"}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {member.name} · {t(`shell.role.${member.role}`)}
          <br />
          {member.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t("shell.me.language")}</Menu.Label>
        {LANGUAGES.map((each) => (
          <Menu.Item
            key={each}
            lang={each}
            leftSection={mark(each === language)}
            onClick={() => void changeLanguage(each)}
          >
            {t(`language.${each}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("shell.me.scheme")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            leftSection={mark(scheme === colorScheme)}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`shell.me.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={AppLink}
          to={paths.account()}
          leftSection={<IconUser size={14} stroke={1.6} aria-hidden />}
        >
          {t("shell.me.account")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={14} stroke={1.6} aria-hidden />}
          onClick={() => signOut.mutate()}
        >
          {t("shell.me.sign_out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
