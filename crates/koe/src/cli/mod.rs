//! The command line. Data goes to stdout, talk to stderr. Exit codes: 0 done,
//! 1 failed, 2 wrong usage or unacceptable input, 3 something must be mended
//! first (`koe doctor`).

mod convert;
mod demo;
mod doctor;
mod import;
mod reference;
mod serve;
mod setup;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::base::app::App;
use crate::base::clock::Clock;
use crate::base::config::{Config, Secret};
use crate::base::id::Chance;

/// Koe (声): self-hosted customer experience management.
#[derive(Debug, Parser)]
#[command(name = "koe", version, about, propagate_version = true)]
pub struct Arguments {
    /// Folder of the embedded store, the lake and uploads.
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

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the application and the answer pages.
    Serve {
        /// Address and port, such as 127.0.0.1:7700.
        #[arg(long, env = "KOE_LISTEN", value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Leave duties and subscribers to `koe worker` (PostgreSQL only).
        #[arg(long)]
        no_worker: bool,
    },
    /// Run duties and subscribers only, beside other processes.
    Worker,
    /// Bring the store's schema up to date.
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
    Doctor,
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
    Demo {
        /// About how many records; up to 1,000,000.
        #[arg(long, default_value_t = 20_000, value_name = "N", value_parser = clap::value_parser!(u64).range(2_000..=1_000_000))]
        scale: u64,
        /// Chooses the world: the same seed gives the same company.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
    },
    /// Bring a file in: answers, operational rows, customers or texts.
    Import(import::ImportArguments),
    /// Convert other tools' files, without touching any store.
    Convert {
        #[command(subcommand)]
        action: convert::ConvertAction,
    },
    /// Print the OpenAPI document.
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
            eprintln!("koe: {error:#}");
            if error.is::<doctor::Unwell>() {
                return ExitCode::from(3);
            }
            if error.is::<convert::Unacceptable>() {
                return ExitCode::from(2);
            }
            ExitCode::FAILURE
        }
    }
}

async fn execute(arguments: Arguments) -> anyhow::Result<()> {
    if let Command::Convert { action } = arguments.command {
        return convert::convert(action);
    }
    if matches!(arguments.command, Command::Openapi) {
        println!("{}", crate::wiring::openapi().to_pretty_json()?);
        return Ok(());
    }
    match arguments.command {
        Command::CliReference => {
            print!("{}", reference::commands());
            return Ok(());
        }
        Command::Config {
            action: reference::ConfigAction::Reference,
        } => {
            print!("{}", Config::reference()?);
            return Ok(());
        }
        Command::Migrate { print_schema: true } => return reference::print_schema().await,
        _ => {}
    }
    let mut config = Config::load(arguments.config.as_deref())?;
    if let Some(data) = arguments.data {
        config.store.data = data;
    }
    if let Some(url) = arguments.database_url {
        config.store.database_url = Some(Secret(url));
    }
    match arguments.command {
        Command::Openapi | Command::Convert { .. } | Command::CliReference => {
            unreachable!("answered above, before any configuration")
        }
        Command::Serve { listen, no_worker } => {
            if let Some(listen) = listen {
                config.server.listen = listen;
            }
            serve::serve(config, !no_worker).await
        }
        Command::Worker => serve::work(config).await,
        Command::Config { .. } => {
            config.validate()?;
            print!("{}", toml::to_string_pretty(&config.without_secrets())?);
            Ok(())
        }
        Command::Doctor => doctor::examine(config).await,
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
        Command::Import(arguments) => import::import(&open(config).await?, arguments).await,
        Command::User { action } => setup::user(&open(config).await?, action).await,
    }
}

/// The app of a command: real time, real chance.
async fn open(config: Config) -> anyhow::Result<App> {
    config.validate()?;
    App::open(config, Clock::system(), Chance::system()).await
}
