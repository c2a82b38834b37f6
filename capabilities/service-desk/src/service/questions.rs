//! Questions of a service: a line each, "Kaç kullanıcı? [sayı]". Pure: no database, no page.

use kernel::tr;

/// Questions of one service; more nobody answers.
const MOST: usize = 20;
const LONGEST: usize = 200;
const LONGEST_ANSWER: usize = 2_000;

/// What sort of answer is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Text,
    LongText,
    Number,
    Day,
    YesNo,
    OneOf(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub text: String,
    pub answer: Answer,
    pub is_optional: bool,
}

/// Reads the lines; what is wrong with one is said with its number.
pub(crate) fn parse(lines: &str) -> Result<Vec<Question>, String> {
    let lines: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST {
        return Err(format!("En çok {MOST} soru sorulabilir."));
    }
    let read =
        |(place, line): (usize, &&str)| question(line).map_err(|why| format!("{}. soru: {why}", place + 1));
    lines.iter().enumerate().map(read).collect()
}

fn question(line: &str) -> Result<Question, String> {
    let (line, is_optional) = match line.strip_suffix("(isteğe bağlı)") {
        Some(rest) => (rest.trim_end(), true),
        None => (line, false),
    };
    let (text, kind) = match line.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        Some((text, kind)) => (text.trim_end(), kind.trim()),
        None => (line, ""),
    };
    // The two marks in the other order mean the same.
    let (text, is_optional) = match text.strip_suffix("(isteğe bağlı)") {
        Some(rest) => (rest.trim_end(), true),
        None => (text, is_optional),
    };
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(format!("bir soru 1 ile {LONGEST} harf arasında olur."));
    }
    let answer = match tr::fold(kind).replace(['-', ' '], "").as_str() {
        "" | "metin" => Answer::Text,
        "uzun" => Answer::LongText,
        "sayi" => Answer::Number,
        "tarih" => Answer::Day,
        "evethayir" => Answer::YesNo,
        _ => {
            let all: Vec<String> =
                kind.split(';').map(|one| one.trim().to_string()).filter(|one| !one.is_empty()).collect();
            if all.len() < 2 {
                return Err(format!(
                    "“[{kind}]” bilinen bir tür değil; seçenekleri noktalı virgülle ayırın."
                ));
            }
            Answer::OneOf(all)
        }
    };
    Ok(Question { text: text.to_string(), answer, is_optional })
}

impl Question {
    /// The answer as it is written into the ticket, or why it is none.
    pub fn read(&self, typed: &str) -> Result<String, String> {
        let text = match self.answer {
            Answer::LongText => tr::clean_text(typed).text,
            _ => tr::clean_line(typed).text,
        };
        if text.is_empty() && self.answer != Answer::YesNo {
            return if self.is_optional { Ok(String::new()) } else { Err("Bu soruyu yanıtlayın.".into()) };
        }
        if text.chars().count() > LONGEST_ANSWER {
            return Err(format!("En çok {LONGEST_ANSWER} harf yazılabilir."));
        }
        match &self.answer {
            Answer::Number => {
                let number: Result<i64, _> = text.replace(['.', ' '], "").parse();
                number.map(tr::grouped).map_err(|_| "Bir tam sayı yazın.".into())
            }
            Answer::Day => tr::parse_date(&text).map(tr::date).map_err(str::to_string),
            Answer::YesNo => Ok(if text == "evet" { "Evet" } else { "Hayır" }.into()),
            Answer::OneOf(all) => {
                let found = all.iter().find(|one| **one == text);
                found.cloned().ok_or_else(|| "Seçeneklerden birini seçin.".into())
            }
            Answer::Text | Answer::LongText => Ok(text),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_become_questions() {
        let all = parse("Hangi tür? [Masaüstü; Dizüstü]\n\nKaç kişi? [Sayı]\nNeden? [uzun] (isteğe bağlı)\nNe zaman (isteğe bağlı) [tarih]\nAdı").unwrap();
        let kinds: Vec<(&str, bool)> = all.iter().map(|one| (one.text.as_str(), one.is_optional)).collect();
        let expected = [
            ("Hangi tür?", false),
            ("Kaç kişi?", false),
            ("Neden?", true),
            ("Ne zaman", true),
            ("Adı", false),
        ];
        assert_eq!(kinds, expected);
        assert_eq!(all[0].answer, Answer::OneOf(vec!["Masaüstü".into(), "Dizüstü".into()]));
        assert_eq!(all[1].answer, Answer::Number);
        assert!(parse("Ne? [renk]").unwrap_err().starts_with("1. soru"));
        assert!(parse(&"Soru\n".repeat(21)).is_err());
    }

    #[test]
    fn answers_are_held_against_their_question() {
        let all =
            parse("Tür [A; B]\nKaç [sayı]\nGün [tarih]\nOlur mu [evet-hayır]\nNot (isteğe bağlı)").unwrap();
        let read = |place: usize, typed: &str| all[place].read(typed);
        assert_eq!(read(0, "B").unwrap(), "B");
        assert!(read(0, "C").is_err() && read(0, "").is_err());
        assert_eq!(read(1, "1.200").unwrap(), "1.200");
        assert!(read(1, "çok").is_err());
        assert_eq!(read(2, "5.1.2027").unwrap(), "05.01.2027");
        assert_eq!((read(3, "").unwrap(), read(3, "evet").unwrap()), ("Hayır".into(), "Evet".into()));
        assert_eq!(read(4, "").unwrap(), "");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(lines in "\\PC{0,300}", typed in "\\PC{0,100}") {
            if let Ok(all) = parse(&lines) {
                for one in all {
                    if let Err(why) = one.read(&typed) {
                        prop_assert!(!why.is_empty());
                    }
                }
            }
        }
    }
}
