//! `koe user`: the first organisation and its members, without a browser.

use std::io::Read;

use clap::Subcommand;

use super::Unacceptable;
use crate::base::app::App;
use crate::base::text::Language;
use crate::org::{self, NewMember, Organisation, Privacy, Role};

const ADD_EXAMPLES: &str = "The first member makes the organisation. Prints the member's id.

Examples:
  koe user add --data my-koe --organisation \"Your company\" --email you@example.com --name You
  pass show koe | koe user add --data my-koe --organisation \"Your company\" \\
      --email hana@example.com --name 花 --role analyst --language ja";

const PASSWORD_EXAMPLES: &str = "Example:
  koe user password --data my-koe --email you@example.com";

/// What to do with members.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Add a member; the password is read from stdin.
    #[command(after_help = ADD_EXAMPLES)]
    Add {
        /// Sign-in address.
        #[arg(long)]
        email: String,
        /// Name shown to colleagues.
        #[arg(long)]
        name: String,
        /// owner, admin, analyst, manager, agent or viewer.
        #[arg(long, default_value = "owner", value_parser = role)]
        role: Role,
        /// Organisation, by name or id; a name that is new makes another one (default: the only
        /// one there is, or "Koe" for the first).
        #[arg(long)]
        organisation: Option<String>,
        /// ja or en.
        #[arg(long, default_value = "en", value_parser = language)]
        language: Language,
        /// IANA time zone of a new organisation.
        #[arg(long, default_value = "Asia/Tokyo")]
        time_zone: String,
    },
    /// List members: id, address, role, organisation, whether disabled, separated by tabs.
    List,
    /// Give a member another password, read from stdin; ends their sessions.
    #[command(after_help = PASSWORD_EXAMPLES)]
    Password {
        /// Sign-in address.
        #[arg(long)]
        email: String,
    },
}

impl UserAction {
    /// Whether it may begin a store where there is none.
    pub fn may_begin(&self) -> bool {
        matches!(self, Self::Add { .. })
    }
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word)
        .ok_or_else(|| "use owner, admin, analyst, manager, agent or viewer".into())
}

fn language(word: &str) -> Result<Language, String> {
    match word {
        "ja" => Ok(Language::Ja),
        "en" => Ok(Language::En),
        _ => Err("use ja or en".into()),
    }
}

/// Runs the action.
pub async fn user(app: &App, action: UserAction) -> anyhow::Result<()> {
    match action {
        UserAction::List => {
            for organisation in org::organisations(app).await? {
                for member in org::members(app, &organisation.id).await? {
                    let state = if member.disabled {
                        "disabled"
                    } else {
                        "active"
                    };
                    let (id, email, role) = (member.id, member.email, member.role.word());
                    super::print(&format!(
                        "{id}\t{email}\t{role}\t{}\t{state}\n",
                        organisation.name
                    ))?;
                }
            }
        }
        UserAction::Password { email } => {
            org::reset_password(app, &email, &read_password()?).await?;
            eprintln!("The password was changed; all sessions of {email} were ended.");
        }
        UserAction::Add {
            email,
            name,
            role,
            organisation,
            language,
            time_zone,
        } => {
            jiff::tz::TimeZone::get(&time_zone).map_err(|error| Unacceptable(error.to_string()))?;
            let password = read_password()?;
            let new = NewMember {
                email: &email,
                name: &name,
                password: &password,
                role,
                units: Vec::new(),
            };
            let known = org::organisations(app).await?;
            let named = |one: &&Organisation| {
                let wanted = organisation.as_deref();
                wanted.is_some_and(|wanted| one.name == wanted || one.id.as_str() == wanted)
            };
            let member = match (known.iter().find(named), &organisation) {
                (Some(organisation), _) => org::create_member(app, &organisation.id, new).await?,
                (None, None) if !known.is_empty() => {
                    let scope = super::organisation::scope(app, None).await?;
                    org::create_member(app, scope.organisation(), new).await?
                }
                (None, name) => {
                    let name = name.clone().unwrap_or_else(|| "Koe".to_owned());
                    let first = beginning(app, name, language, time_zone);
                    org::begin_organisation(app, &first, new).await?
                }
            };
            super::print(&format!("{member}\n"))?;
        }
    }
    Ok(())
}

fn read_password() -> anyhow::Result<String> {
    let mut password = String::new();
    eprintln!("Password, then end of input (Ctrl-D):");
    std::io::stdin().read_to_string(&mut password)?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

fn beginning(app: &App, name: String, language: Language, time_zone: String) -> Organisation {
    Organisation {
        id: app.chance.id(app.clock.now_ms()),
        name,
        language,
        time_zone,
        fiscal_year_start: 4,
        calling_code: org::DEFAULT_CALLING_CODE.into(),
        privacy: Privacy::default(),
    }
}
