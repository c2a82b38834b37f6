//! `belde regulation read FILE`: what the reader makes of a text, without any database.

use std::path::PathBuf;

use clap::Subcommand;
use files::{Limits, MediaType};

use super::Outcome;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the structure of a regulation (PDF, DOCX, ODT or plain text).
    Read {
        file: PathBuf,
        /// The whole reading as JSON instead of an outline.
        #[arg(long)]
        json: bool,
    },
}

pub fn run(args: &Args) -> Outcome {
    let Command::Read { file, json } = &args.command;
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let media = files::sniff::sniff(&bytes);
    let text = match media {
        MediaType::Unknown | MediaType::Program => {
            return Err("this is no document: a PDF, DOCX, ODT or text file is needed".into());
        }
        _ => files::extract_text(bytes, media, &Limits::default())?.text,
    };
    let reading = regulation::reading::read(&text)?;
    if *json {
        println!("{}", serde_json::to_string_pretty(&reading)?);
    } else {
        print!("{}", regulation::reading::outline(&reading, &text));
    }
    Ok(())
}
