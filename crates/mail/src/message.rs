//! What a message says: who, about what, answering which, and whether a machine wrote it. Bytes of strangers: nothing here trusts them.

use mail_parser::{HeaderValue, MessageParser, MimeHeaders as _};
use sha2::{Digest as _, Sha256};

/// Characters of a message that are read; what comes after is a mail that somebody pasted a book into.
const LONGEST: usize = 20_000;
/// Files of one message.
const MOST_FILES: usize = 20;
/// Messages that an answer may name.
const MOST_REFERENCES: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// As the sender called it.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A message taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its own name; where it has none, the digest of its bytes.
    pub id: String,
    /// Messages it answers, the last one last.
    pub references: Vec<String>,
    /// Small letters; empty where there is none.
    pub from: String,
    pub from_name: String,
    pub subject: String,
    /// What was written, without what it answers.
    pub text: String,
    pub files: Vec<File>,
    /// A machine wrote it: an absence note, a list, a report of a message that did not arrive (RFC 3834).
    pub is_automatic: bool,
}

/// Takes a message apart. `None` where it is no message at all.
pub fn parse(bytes: &[u8]) -> Option<Message> {
    let parsed = MessageParser::default().parse(bytes)?;
    let sender = parsed.from().and_then(|from| from.first());
    let from = sender.and_then(|one| one.address()).unwrap_or_default().trim().to_lowercase();
    let name = sender.and_then(|one| one.name()).unwrap_or_default();
    let subject = line(parsed.subject().unwrap_or_default());
    let body = parsed.body_text(0).unwrap_or_default();
    if from.is_empty() && subject.is_empty() && body.trim().is_empty() {
        return None;
    }
    let own = parsed.message_id().map(str::to_string);
    let id = own.filter(|id| !id.is_empty() && id.len() <= 300);
    let mut references = Vec::new();
    for value in [parsed.references(), parsed.in_reply_to()] {
        names(value, &mut references);
    }
    references.truncate(MOST_REFERENCES);
    let files = parsed
        .attachments()
        .take(MOST_FILES)
        .filter_map(|part| {
            let name = part.attachment_name().map(line).filter(|name| !name.is_empty())?;
            Some(File { name, bytes: part.contents().to_vec() })
        })
        .collect();
    let is_automatic = is_automatic(&parsed, &from);
    Some(Message {
        id: id.unwrap_or_else(|| hex::encode(Sha256::digest(bytes))),
        references,
        from,
        from_name: line(name),
        subject,
        text: written(&body),
        files,
        is_automatic,
    })
}

fn names(value: &HeaderValue, into: &mut Vec<String>) {
    match value {
        HeaderValue::Text(text) => into.push(text.to_string()),
        HeaderValue::TextList(texts) => into.extend(texts.iter().map(ToString::to_string)),
        _ => {}
    }
}

/// RFC 3834 and what programs used before it.
fn is_automatic(parsed: &mail_parser::Message, from: &str) -> bool {
    let header =
        |name: &str| parsed.header_raw(name).map(|value| value.trim().to_lowercase()).unwrap_or_default();
    let submitted = header("Auto-Submitted");
    let is_said = !submitted.is_empty() && !submitted.starts_with("no");
    let is_bulk = ["bulk", "junk", "list", "auto_reply"].contains(&header("Precedence").as_str());
    let is_marked =
        ["List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"]
            .iter()
            .any(|name| !header(name).is_empty());
    let is_returned = header("Return-Path") == "<>";
    let user = from.split('@').next().unwrap_or_default();
    let is_nobody = ["mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"].contains(&user);
    is_said || is_bulk || is_marked || is_returned || is_nobody || from.is_empty()
}

/// One line without control characters.
fn line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands above the message that is answered. Where nothing does, everything: somebody wrote below it.
fn written(body: &str) -> String {
    let lines: Vec<&str> = body.lines().collect();
    let end = lines.iter().position(|line| begins_quotation(line.trim())).unwrap_or(lines.len());
    let above =
        lines[..end].iter().rposition(|line| !line.trim().is_empty() && !line.trim().starts_with('>'));
    let kept = match above {
        Some(last) => &lines[..=last],
        None => &lines[..],
    };
    kept.join("\n").trim().chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect()
}

/// How mail programs announce what they quote, in the languages that towns have them in.
fn begins_quotation(line: &str) -> bool {
    let dashed = line.starts_with("-----") && line.ends_with("-----");
    let is_said = ["yazdı:", "şunu yazdı:", "wrote:", "schrieb:"].iter().any(|end| line.ends_with(end));
    let is_rule = line.len() >= 20 && line.chars().all(|c| c == '_');
    dashed || (is_said && line.chars().any(|c| c.is_ascii_digit())) || is_rule
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Message {
        parse(text.replace('\n', "\r\n").as_bytes()).unwrap_or_else(|| panic!("a message"))
    }

    const PLAIN: &str = "From: =?ISO-8859-9?Q?Mehmet_Demir?= <Mehmet.Demir@ornek.bel.tr>\nTo: destek@ornek.bel.tr\n\
        Subject: =?UTF-8?B?WWF6xLFjxLEgw6dhbMSxxZ9txLF5b3I=?=\nMessage-ID: <bir@ornek>\nMIME-Version: 1.0\n\
        Content-Type: text/plain; charset=windows-1254\nContent-Transfer-Encoding: quoted-printable\n\n\
        I=FE=FD=F0=FD yan=FDyor.\n";

    #[test]
    fn old_turkish_letters_are_read() {
        let message = read(PLAIN);
        assert_eq!(message.from, "mehmet.demir@ornek.bel.tr");
        assert_eq!(message.from_name, "Mehmet Demir");
        assert_eq!(message.subject, "Yazıcı çalışmıyor");
        assert_eq!(message.text, "Işığı yanıyor.");
        assert_eq!(message.id, "bir@ornek");
        assert!(!message.is_automatic);
    }

    #[test]
    fn what_is_answered_is_left_out() {
        for quoted in [
            "Teşekkürler, oldu.\n\n27 Kas 2026 Cum, 10:00 tarihinde Destek <d@ornek> şunu yazdı:\n> Denediniz mi?",
            "Teşekkürler, oldu.\n\n-----Özgün İleti-----\nKimden: Destek\nDenediniz mi?",
            "Teşekkürler, oldu.\n\nOn Fri, Nov 27, 2026 at 10:00 AM Destek <d@ornek> wrote:\n> Denediniz mi?",
            "Teşekkürler, oldu.\n> Denediniz mi?\n",
        ] {
            assert_eq!(written(quoted), "Teşekkürler, oldu.", "{quoted}");
        }
        assert_eq!(written("> Denediniz mi?\n> Evet mi?"), "> Denediniz mi?\n> Evet mi?");
    }

    #[test]
    fn machines_are_told_apart() {
        for header in [
            "Auto-Submitted: auto-replied",
            "Precedence: bulk",
            "List-Id: <a.b>",
            "X-Auto-Response-Suppress: All",
            "Return-Path: <>",
        ] {
            assert!(read(&format!("{header}\n{PLAIN}")).is_automatic, "{header}");
        }
        assert!(!read(&format!("Auto-Submitted: no\n{PLAIN}")).is_automatic);
        assert!(read(&PLAIN.replace("Mehmet.Demir@", "MAILER-DAEMON@")).is_automatic);
    }

    #[test]
    fn an_answer_names_what_it_answers() {
        let message = read(&format!("References: <bir@a> <iki@a>\nIn-Reply-To: <iki@a>\n{PLAIN}"));
        assert_eq!(message.references, ["bir@a", "iki@a", "iki@a"]);
    }

    proptest! {
        #[test]
        fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn a_damaged_message_is_read_or_refused(cut in 0usize..400, with in any::<u8>()) {
            let mut bytes = PLAIN.replace('\n', "\r\n").into_bytes();
            let at = cut % bytes.len();
            bytes[at] = with;
            let _ = parse(&bytes);
            let _ = parse(&bytes[..at]);
        }
    }
}
