//! What a letter's own first lines say of it: "Sayı", "Konu", a date, and who stands above them (form of official letters). A
//! guess: whoever registers it corrects it.

use kernel::{Day, tr};

use super::arrive::Arrival;

/// Lines looked at.
const HEAD: usize = 40;

/// Fills in what can be guessed of the text.
pub(super) fn fill(one: &mut Arrival) {
    let lines: Vec<String> = one
        .text
        .lines()
        .map(|line| tr::clean_line(line).text)
        .filter(|line| !line.is_empty())
        .take(HEAD)
        .collect();
    if let Some(subject) = lines.iter().find_map(|line| after(line, "konu")) {
        one.title = subject.chars().take(300).collect();
    }
    let number = lines.iter().find_map(|line| after(line, "sayı"));
    if let Some(number) = number {
        let number = number.split_whitespace().next().unwrap_or_default();
        one.their_number = number.chars().take(120).collect();
    }
    one.their_on = lines.iter().find_map(|line| date(line)).map(|day| day.to_string());
    if let Some(sender) = sender(&lines) {
        one.sender = sender.chars().take(240).collect();
    }
}

/// What stands after "Konu :".
fn after(line: &str, word: &str) -> Option<String> {
    let (name, rest) = line.split_once(':')?;
    let is_it = tr::words(name).eq(tr::words(word));
    let rest = rest.trim();
    (is_it && !rest.is_empty()).then(|| rest.to_string())
}

/// The first day written with points, such as 5.11.2026.
fn date(line: &str) -> Option<Day> {
    line.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_digit()))
        .filter(|word| word.matches('.').count() == 2 && word.len() >= 8)
        .find_map(|word| tr::parse_date(word).ok())
        .map(Day)
}

/// The line under "T.C.", where letters name whose they are.
fn sender(lines: &[String]) -> Option<String> {
    let at = lines.iter().position(|line| is_of_the_state(line))?;
    lines.get(at + 1).filter(|line| !line.contains(':')).cloned()
}

/// "T.C.", however its points were typed or read: "TC.", "T. C.".
fn is_of_the_state(line: &str) -> bool {
    let letters: String = line.chars().filter(|c| c.is_alphanumeric()).collect();
    letters == "TC" && line.chars().all(|c| c.is_alphanumeric() || c == '.' || c == ',' || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Arrival {
        let mut one = Arrival { text: text.into(), ..Arrival::new("upload", "tarama_0001.pdf") };
        fill(&mut one);
        one
    }

    #[test]
    fn an_official_letter_says_who_wrote_when_about_what_under_which_number() {
        let one = read(
            "T.C.\nÖRNEKİL VALİLİĞİ\nİl Yazı İşleri Müdürlüğü\n\nSayı : E-12345678-700-4411   5.11.2026\nKonu  :  Siber güvenlik anketi\n\nBELEDİYE BAŞKANLIĞINA\n",
        );
        assert_eq!(one.title, "Siber güvenlik anketi");
        assert_eq!(one.sender, "ÖRNEKİL VALİLİĞİ");
        assert_eq!(one.their_number, "E-12345678-700-4411");
        assert_eq!(one.their_on.as_deref(), Some("2026-11-05"));
    }

    #[test]
    fn the_letters_of_the_state_are_known_however_their_points_were_read() {
        for head in ["T.C.", "TC.", "T. C.", "T.C", "TC", "T.C,"] {
            assert_eq!(read(&format!("{head}\nÖRNEKİL VALİLİĞİ\n")).sender, "ÖRNEKİL VALİLİĞİ", "{head}");
        }
        assert!(read("TCDD\nBölge Müdürlüğü\n").sender.is_empty());
    }

    #[test]
    fn what_says_nothing_keeps_the_name_of_its_file() {
        let one = read("Merhaba, konuştuğumuz gibi: yarın geliyorum.");
        assert_eq!(one.title, "tarama 0001");
        assert!(one.sender.is_empty() && one.their_number.is_empty() && one.their_on.is_none());
    }
}
