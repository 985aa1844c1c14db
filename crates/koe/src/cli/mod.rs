//! The command line. Data goes to stdout, talk to stderr. Exit codes: 0 done,
//! 1 failed, 2 wrong usage or unacceptable input, 3 something must be mended
//! first (`koe doctor`, `koe lake check`).

mod analyze;
mod convert;
mod demo;
mod doctor;
mod import;
mod lake;
mod leave;
mod organisation;
mod reference;
mod serve;
mod setup;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::base::app::App;
use crate::base::clock::Clock;
use crate::base::config::{Config, Secret};
use crate::base::id::Chance;
use crate::base::problem::Problem;

/// Input that cannot be accepted: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unacceptable(pub String);

/// Koe (声): self-hosted customer experience management.
#[derive(Debug, Parser)]
#[command(name = "koe", version, about, propagate_version = true, after_help = ROOT_HELP)]
pub struct Arguments {
    /// Folder of the embedded store, the lake and uploads (default: koe-data).
    #[arg(long, global = true, env = "KOE_DATA_DIR", value_name = "DIR")]
    data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded store.
    #[arg(
        long,
        global = true,
        env = "KOE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Configuration file (default: koe.toml, when there is one).
    #[arg(long, global = true, env = "KOE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const ROOT_HELP: &str =
    "Data goes to stdout, talk and progress to stderr. Exit codes: 0 done, 1 failed, \
     2 wrong usage or unacceptable input, 3 something must be mended first.

First steps:
  koe demo --data demo                       a company to look around in
  koe user add --data my-koe --organisation \"Your company\" --email you@example.com --name You
  koe serve --data my-koe";

const SERVE_HELP: &str =
    "Ctrl-C or SIGTERM ends it: requests under way are finished first, for at most \
     server.shutdown_seconds.

Examples:
  koe serve --data my-koe
  KOE_SERVER__PUBLIC_URL=https://voice.example.co.jp koe serve --data my-koe --listen 0.0.0.0:7700";

const WORKER_HELP: &str = "Ctrl-C or SIGTERM ends it.

Example:
  koe serve --no-worker --database-url postgres://… --data /srv/koe &
  koe worker --database-url postgres://… --data /srv/koe --listen 127.0.0.1:7701";

const MIGRATE_HELP: &str =
    "`koe serve` does the same when it starts. Make a backup before an upgrade: a store \
     does not go back.

Examples:
  koe migrate --data my-koe
  koe migrate --print-schema > schema.sql";

const DOCTOR_HELP: &str =
    "Each line says ok or MEND, what was found, and how to mend it. Exit code 3 when \
     something must be mended.

Example:
  koe doctor --data my-koe --listen 0.0.0.0:7700";

const EXPORT_HELP: &str = "Works while Koe serves. The folder holds personal data and, row by row, the \
     answers to confidential programmes: keep it as you keep the database. What is what stands in its \
     README.txt.

Examples:
  koe export --data my-koe --to koe-2026-04-01
  koe import --everything koe-2026-04-01 --data new-koe";

const OPENAPI_HELP: &str = "Example:
  koe openapi > openapi.json";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the application and the answer pages.
    #[command(after_help = SERVE_HELP)]
    Serve {
        /// Address and port (default: 127.0.0.1:7700).
        #[arg(long, env = "KOE_LISTEN", value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Leave duties and subscribers to `koe worker` (PostgreSQL only).
        #[arg(long)]
        no_worker: bool,
    },
    /// Run duties and subscribers only, beside other processes.
    #[command(after_help = WORKER_HELP)]
    Worker {
        /// Address and port to tell its health and its numbers at (default: nowhere).
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
    },
    /// Bring the store's schema up to date.
    #[command(after_help = MIGRATE_HELP)]
    Migrate {
        /// Print the schema instead, and touch no store.
        #[arg(long)]
        print_schema: bool,
    },
    /// The configuration.
    Config {
        #[command(subcommand)]
        action: reference::ConfigAction,
    },
    /// Check everything that Koe depends on, and say how to mend it.
    #[command(after_help = DOCTOR_HELP)]
    Doctor {
        /// The address and port that `koe serve` would listen on.
        #[arg(long, env = "KOE_LISTEN", value_name = "ADDR")]
        listen: Option<SocketAddr>,
    },
    /// Print the reference of all commands as Markdown.
    #[command(hide = true)]
    CliReference,
    /// Members of staff.
    User {
        #[command(subcommand)]
        action: setup::UserAction,
    },
    /// Create the demo company in an empty store: three years of an invented
    /// Japanese chain of shops, with its customers, answers and voices.
    #[command(after_help = demo::EXAMPLES)]
    Demo {
        /// About how many records; up to 1,000,000.
        #[arg(long, default_value_t = 20_000, value_name = "N", value_parser = clap::value_parser!(u64).range(2_000..=1_000_000))]
        scale: u64,
        /// Chooses the world: the same seed gives the same company.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
    },
    /// Bring a file in: answers, operational rows, customers or texts. Or, with --everything, a whole
    /// organisation.
    #[command(after_help = import::EXAMPLES)]
    Import(import::ImportArguments),
    /// Write everything of an organisation into one folder: definitions as JSON, records as Parquet
    /// and CSV.
    #[command(after_help = EXPORT_HELP)]
    Export(leave::ExportArguments),
    /// Analyse any file: scores, drivers, survival, customer value, path models, series.
    Analyze {
        #[command(subcommand)]
        action: analyze::AnalyzeAction,
    },
    /// Convert other tools' files, without touching any store.
    Convert {
        #[command(subcommand)]
        action: convert::ConvertAction,
    },
    /// The Parquet files that answers are counted from.
    Lake {
        #[command(subcommand)]
        action: lake::LakeAction,
    },
    /// Print the OpenAPI document.
    #[command(after_help = OPENAPI_HELP)]
    Openapi,
}

/// Runs a command; what it says on failure goes to stderr.
pub fn run(arguments: Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("koe: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(execute(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let problem = error.downcast_ref::<Problem>();
            match problem {
                Some(problem) => eprintln!("koe: {}", told(problem)),
                None => eprintln!("koe: {error:#}"),
            }
            let refused = problem.is_some_and(|problem| problem.status().is_client_error());
            if error.is::<doctor::Unwell>() {
                ExitCode::from(3)
            } else if refused || error.is::<Unacceptable>() {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// A problem for a person at a terminal: the detail, and below it the fields
/// at fault when there are several.
fn told(problem: &Problem) -> String {
    let mut text = problem.to_string();
    if let [_, _, ..] = problem.fields() {
        for field in problem.fields() {
            text.push_str(&format!("\n  {}: {}", field.field, field.message));
        }
    }
    text
}

/// Data for stdout. A reader that has seen enough (`head`) is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

async fn execute(arguments: Arguments) -> anyhow::Result<()> {
    if let Command::Analyze { action } = arguments.command {
        return analyze::analyze(action);
    }
    if let Command::Convert { action } = arguments.command {
        return convert::convert(action);
    }
    if matches!(arguments.command, Command::Openapi) {
        return print(&format!("{}\n", crate::wiring::openapi().to_pretty_json()?));
    }
    match arguments.command {
        Command::CliReference => {
            return print(&reference::commands());
        }
        Command::Config {
            action: reference::ConfigAction::Reference,
        } => {
            return print(&Config::reference()?);
        }
        Command::Migrate { print_schema: true } => return reference::print_schema().await,
        _ => {}
    }
    let mut config = Config::load(arguments.config.as_deref())
        .map_err(|error| Unacceptable(format!("{error:#}")))?;
    if let Some(data) = arguments.data {
        config.store.data = data;
    }
    if let Some(url) = arguments.database_url {
        config.store.database_url = Some(Secret(url));
    }
    match arguments.command {
        Command::Openapi
        | Command::Analyze { .. }
        | Command::Convert { .. }
        | Command::CliReference => {
            unreachable!("answered above, before any configuration")
        }
        Command::Serve { listen, no_worker } => {
            if let Some(listen) = listen {
                config.server.listen = listen;
            }
            serve::serve(config, !no_worker).await
        }
        Command::Worker { listen } => {
            config.worker.listen = listen.or(config.worker.listen);
            serve::work(config).await
        }
        Command::Config { .. } => {
            validate(&config)?;
            print(&toml::to_string_pretty(&config.without_secrets())?)
        }
        Command::Doctor { listen } => {
            if let Some(listen) = listen {
                config.server.listen = listen;
            }
            doctor::examine(config).await
        }
        Command::Migrate { .. } => {
            open(config).await?.db.close().await;
            eprintln!("The store is up to date.");
            Ok(())
        }
        Command::Demo { scale, seed } => {
            demo::demo(
                config,
                crate::demo::Plan {
                    records: scale,
                    seed,
                },
            )
            .await
        }
        Command::Import(arguments) => match arguments.everything() {
            Some((folder, renew_links)) => {
                leave::take_in(&open(config).await?, folder, renew_links).await
            }
            None => import::import(&open_known(config).await?, arguments).await,
        },
        Command::Export(arguments) => leave::export(&open_known(config).await?, arguments).await,
        Command::Lake { action } => lake::lake(&open_known(config).await?, action).await,
        Command::User { action } => {
            let app = if action.may_begin() {
                open(config).await?
            } else {
                open_known(config).await?
            };
            setup::user(&app, action).await
        }
    }
}

/// The app of a command: real time, real chance.
async fn open(config: Config) -> anyhow::Result<App> {
    validate(&config)?;
    App::open(config, Clock::system(), Chance::system()).await
}

/// The same of a store that must be there: a mistyped folder is not made.
async fn open_known(config: Config) -> anyhow::Result<App> {
    let data = &config.store.data;
    if config.store.database_url.is_none() && !crate::base::db::Db::is_in(data) {
        return Err(Unacceptable(format!(
            "there is no store in {}; name its folder with --data, or begin one with `koe user add` \
             or `koe demo`",
            data.display()
        ))
        .into());
    }
    open(config).await
}

fn validate(config: &Config) -> anyhow::Result<()> {
    Ok(config
        .validate()
        .map_err(|error| Unacceptable(format!("{error:#}")))?)
}
