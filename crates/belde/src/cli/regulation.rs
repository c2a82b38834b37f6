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
        /// The text: PDF, DOCX, ODT or plain text.
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
        _ => files::extract_text(bytes, media, &Limits::default()).map_err(|error| said(&error))?,
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

/// Why there is no text, in a sentence; what the reader of the format said stands behind it.
fn said(error: &files::Error) -> String {
    use files::ErrorKind as Kind;
    let sentence = match error.kind {
        Kind::Damaged => "the file is damaged or cut off",
        Kind::Encrypted => "the file is locked with a password",
        Kind::NoText => "the file holds no text; a scan needs OCR first",
        Kind::UnsupportedType => {
            "no text can be read from this type of file: PDF, DOCX, ODT or plain text is needed"
        }
        Kind::TooLarge | Kind::HostileArchive => "the file is larger than is read",
        Kind::TimedOut => "reading took too long",
        _ => "the file cannot be read",
    };
    if error.detail.is_empty() { sentence.into() } else { format!("{sentence} ({})", error.detail) }
}
