//! `koe user`: the first organisation and its members, without a browser.

use std::io::Read;

use clap::Subcommand;

use crate::base::app::App;
use crate::base::text::Language;
use crate::org::{self, NewMember, Organisation, Privacy, Role};

/// What to do with members.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Add a member; the password is read from stdin.
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
        /// Organisation, created when it is the first.
        #[arg(long, default_value = "Koe")]
        organisation: String,
        /// ja or en.
        #[arg(long, default_value = "en", value_parser = language)]
        language: Language,
        /// IANA time zone of a new organisation.
        #[arg(long, default_value = "Asia/Tokyo")]
        time_zone: String,
    },
    /// List organisations.
    List,
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| "use owner, admin, analyst, manager, agent or viewer".into())
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
                println!("{}\t{}", organisation.id, organisation.name);
            }
        }
        UserAction::Add {
            email,
            name,
            role,
            organisation,
            language,
            time_zone,
        } => {
            jiff::tz::TimeZone::get(&time_zone)?;
            let mut password = String::new();
            eprintln!("Password, then end of input (Ctrl-D):");
            std::io::stdin().read_to_string(&mut password)?;
            let known = org::organisations(app).await?;
            let id = match known.into_iter().find(|o| o.name == organisation) {
                Some(organisation) => organisation.id,
                None => create(app, organisation, language, time_zone).await?,
            };
            let member = org::create_member(
                app,
                &id,
                NewMember {
                    email: &email,
                    name: &name,
                    password: password.trim_end_matches(['\r', '\n']),
                    role,
                    units: Vec::new(),
                },
            )
            .await?;
            println!("{member}");
        }
    }
    Ok(())
}

async fn create(
    app: &App,
    name: String,
    language: Language,
    time_zone: String,
) -> anyhow::Result<crate::base::id::OrganisationId> {
    let now_ms = app.clock.now_ms();
    let organisation = Organisation {
        id: app.chance.id(now_ms),
        name,
        language,
        time_zone,
        fiscal_year_start: 4,
        calling_code: org::DEFAULT_CALLING_CODE.into(),
        privacy: Privacy::default(),
    };
    let mut tx = app.db.write().await?;
    org::create_organisation(&mut tx, &organisation, &app.chance.secret(), now_ms).await?;
    tx.commit().await?;
    Ok(organisation.id)
}
