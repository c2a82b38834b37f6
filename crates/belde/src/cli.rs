//! The command line, in English as logs are. One file per command.

mod backup;
mod demo;
mod doctor;
mod migrate;
mod openapi;
mod package;
mod regulation;
mod restore;
mod serve;
mod sign_agent;
mod user;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::Config;

/// Belde: the system of a municipal IT directorate.
#[derive(Parser)]
#[command(name = "belde", version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a demo town (once) and serve it.
    Demo(demo::Args),
    /// Serve for real; the first start prints a one-time set-up link.
    Serve(ConfigArgs),
    /// Apply schema migrations and exit.
    Migrate(ConfigArgs),
    /// Check the configuration, the database and the disk, and say what is wrong.
    Doctor(ConfigArgs),
    // These two explain themselves at length, beside their arguments.
    Backup(backup::Args),
    Restore(restore::Args),
    /// Check every sealed event, or the evidence bundle of a letter; any later change is named.
    Verify(verify::Args),
    /// Accounts, for the day nobody can sign in.
    User(user::Args),
    /// Read the text of a regulation; needs no database.
    Regulation(regulation::Args),
    /// e-Yazışma packages (.eyp, .eyps, .eypg): read and verified without any database.
    Package(package::Args),
    /// On a signer's own computer: sign letters with the card that is in it.
    SignAgent(sign_agent::Args),
    /// Print the OpenAPI document of this version.
    Openapi,
    /// What the server starts to read one file: not for people.
    #[command(name = files::apart::READER_COMMAND, hide = true)]
    ReadApart {
        what: String,
        arguments: Vec<String>,
    },
}

/// Where the configuration is.
#[derive(clap::Args)]
pub struct ConfigArgs {
    /// TOML file; keys can also come from the environment as BELDE_<KEY>.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    pub fn read(&self) -> Result<Config, String> {
        Config::read(self.config.as_deref())
    }
}

/// What a command may fail with: a sentence for the operator.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

pub async fn run(cli: Cli) -> Outcome {
    match cli.command {
        Command::Serve(args) => serve::run(&args.read()?).await,
        Command::Migrate(args) => migrate::run(&args.read()?).await,
        Command::Demo(args) => demo::run(&args).await,
        Command::Doctor(args) => doctor::run(&args.read()?).await,
        Command::Backup(args) => backup::run(&args).await,
        Command::Restore(args) => restore::run(&args).await,
        Command::Verify(args) => verify::run(&args).await,
        Command::User(args) => user::run(args).await,
        Command::Regulation(args) => regulation::run(&args),
        Command::Package(args) => package::run(&args),
        Command::SignAgent(args) => sign_agent::run(&args).await,
        Command::Openapi => openapi::run(),
        Command::ReadApart { what, arguments } => match what.as_str() {
            files::extract::READER => Ok(files::extract::serve_reader(&arguments)?),
            web::SHEET_READER => Ok(web::serve_sheet_reader()?),
            other => Err(format!("there is no reader of {other}").into()),
        },
    }
}

/// Logs to standard error, as text for people or JSON for machines.
pub fn init_logs(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log_level)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_format == "json" { logs.json().init() } else { logs.init() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::CommandFactory;

    #[test]
    fn the_help_of_backup_and_restore_says_where_the_key_belongs() {
        let mut cli = super::Cli::command();
        super::Cli::command().debug_assert();
        for (name, word) in [("backup", "NOT in the archive"), ("restore", "BEFORE the restore")] {
            let help = cli.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            assert!(help.contains("belde.key") && help.contains(word), "{help}");
        }
    }
}
