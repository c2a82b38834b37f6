//! `belde user`: accounts from the machine's own command line.

use std::path::PathBuf;

use access::actions::open_account::NewAccount;
use clap::Subcommand;

use super::Outcome;
use crate::config::Config;
use crate::start::House;

#[derive(clap::Args)]
pub struct Args {
    /// TOML file.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// All accounts with their roles.
    List,
    /// Open an account; prints a one-time password.
    Create {
        /// What the person types to sign in: small letters, digits, dots and hyphens.
        username: String,
        /// Name as people write it.
        #[arg(long)]
        name: String,
        /// Role code: admin, deputy_mayor, director, chief, staff, technician, clerk, auditor.
        #[arg(long, default_value = "staff")]
        role: String,
    },
    /// Print a new one-time password; ends the account's sessions.
    ResetPassword {
        /// Whose account.
        username: String,
    },
    /// Lock an account.
    Lock {
        /// Whose account.
        username: String,
        /// Why; it stands in the account's history.
        #[arg(long)]
        reason: String,
    },
    /// Open a locked account.
    Unlock {
        /// Whose account.
        username: String,
    },
    /// Turn the second factor off.
    DisableTotp {
        /// Whose account.
        username: String,
    },
}

pub async fn run(args: Args) -> Outcome {
    let house = House::open(&Config::read(args.config.as_deref())?).await?;
    house.migrate().await?;
    let accounts = &house.accounts;
    match args.command {
        Command::List => {
            for one in accounts.command_list().await? {
                let totp = if one.has_totp { "totp" } else { "-" };
                println!(
                    "{}\t{}\t{}\t{}\t{totp}\t{}",
                    one.username,
                    one.name,
                    one.state,
                    one.roles.join(","),
                    one.last_sign_in
                );
            }
        }
        Command::Create { username, name, role } => {
            let new = NewAccount { username, name, role, ..NewAccount::default() };
            println!("one-time password: {}", accounts.command_create(&new).await?);
        }
        Command::ResetPassword { username } => {
            println!("one-time password: {}", accounts.command_reset_password(&username).await?);
        }
        Command::Lock { username, reason } => accounts.command_verb(&username, "kilitle", &reason).await?,
        Command::Unlock { username } => accounts.command_verb(&username, "kilidi-ac", "").await?,
        Command::DisableTotp { username } => accounts.command_disable_totp(&username).await?,
    }
    house.db.close().await?;
    Ok(())
}
