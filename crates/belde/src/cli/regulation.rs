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
        /// The whole reading, its proposals and the text as JSON instead of an outline.
        #[arg(long)]
        json: bool,
    },
}

/// What a program gets: the reading, what it proposes, and the text its spans point into, which for a PDF or DOCX is
/// in no file.
#[derive(serde::Serialize)]
struct Read<'a> {
    #[serde(flatten)]
    reading: regulation::reading::Reading,
    proposal: regulation::reading::proposal::Proposal,
    text: &'a str,
}

pub fn run(args: &Args) -> Outcome {
    let Command::Read { file, json } = &args.command;
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let media = files::sniff::sniff(&bytes);
    let extracted = match media {
        MediaType::Unknown | MediaType::Program => {
            return Err("this is no document: a PDF, DOCX, ODT or text file is needed".into());
        }
        _ => files::extract_text(bytes, media, &Limits::default())?,
    };
    for note in &extracted.notes {
        eprintln!("{note}");
    }
    let text = extracted.text;
    let reading = regulation::reading::read(&text)?;
    if *json {
        let proposal = regulation::reading::proposal::propose(&reading, &text);
        println!("{}", serde_json::to_string_pretty(&Read { reading, proposal, text: &text })?);
    } else {
        print!("{}", regulation::reading::outline(&reading, &text));
    }
    Ok(())
}
