//! Names of programs made comparable: "Mozilla Firefox 118.0 (x64 tr)" and "Mozilla Firefox (x64 tr)" are one program.
//! Versions and architectures go; years stay, for "Office 2016" and "Office 2019" are two licences.

/// Longest name that is kept.
const MOST_LETTERS: usize = 160;

/// Words in brackets that say only for which machine or language it was built.
const BUILDS: [&str; 24] = [
    "x64", "x86", "x86_64", "amd64", "i386", "i686", "arm64", "64-bit", "32-bit", "64bit", "32bit", "64",
    "32", "bit", "tr", "tr-tr", "en", "en-us", "tur", "turkish", "türkçe", "english", "user", "edition",
];

/// The name as people read it, without version and build.
pub(crate) fn shown(told: &str, version: &str) -> String {
    let mut name = String::new();
    let mut rest = told;
    while let Some(open) = rest.find('(') {
        let Some(close) = rest[open..].find(')') else { break };
        let inside = &rest[open + 1..open + close];
        name.push_str(&rest[..open]);
        if !is_build(inside, version) {
            name.push_str(&rest[open..=open + close]);
        }
        rest = &rest[open + close + 1..];
    }
    name.push_str(rest);
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.len() > 1 && is_ending(words[words.len() - 1], version) {
        words.pop();
    }
    // A version in the middle: "7-Zip 22.01 x64 edition".
    words.retain(|word| !is_version(word, version) || *word == told);
    let name = if words.is_empty() { told.trim().to_string() } else { words.join(" ") };
    name.chars().take(MOST_LETTERS).collect()
}

/// What makes two names the same.
pub(crate) fn key(shown: &str) -> String {
    let folded = kernel::tr::fold(shown);
    let key: String = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    key.chars().take(MOST_LETTERS).collect()
}

fn is_build(inside: &str, version: &str) -> bool {
    inside
        .split([' ', ',', ';'])
        .filter(|word| !word.is_empty())
        .all(|word| BUILDS.contains(&word.to_lowercase().as_str()) || is_version(word, version))
}

fn is_ending(word: &str, version: &str) -> bool {
    let bare = word.trim_matches(['-', '–', ',', ':', '_']);
    bare.is_empty()
        || is_version(bare, version)
        || ["version", "sürüm", "ver.", "v.", "v"].contains(&bare.to_lowercase().as_str())
        || ["x64", "x86", "64-bit", "32-bit", "amd64"].contains(&bare.to_lowercase().as_str())
}

/// "118.0.2", "v22.01", or just what the machine says is the version; a year or a plain number is part of the name.
fn is_version(word: &str, version: &str) -> bool {
    let bare = word.trim_start_matches(['v', 'V']);
    let is_dotted = bare.contains('.')
        && bare.starts_with(|letter: char| letter.is_ascii_digit())
        && bare.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-+_".contains(letter));
    is_dotted || (!version.is_empty() && word == version && version.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_and_builds_go_and_years_stay() {
        for (told, version, expected) in [
            ("Mozilla Firefox 118.0.2 (x64 tr)", "118.0.2", "Mozilla Firefox"),
            ("Mozilla Firefox (x64 tr)", "119.0", "Mozilla Firefox"),
            ("7-Zip 22.01 (x64)", "22.01", "7-Zip"),
            (
                "Microsoft Office Professional Plus 2019 - tr-tr",
                "16.0.1",
                "Microsoft Office Professional Plus 2019 - tr-tr",
            ),
            (
                "Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.36.32532",
                "14.36.32532",
                "Microsoft Visual C++ 2015-2022 Redistributable",
            ),
            ("Java 8 Update 381 (64-bit)", "8.0.3810.9", "Java 8 Update 381"),
            ("AutoCAD 2024 - Türkçe (Turkish)", "24.3", "AutoCAD 2024 - Türkçe"),
            ("Adobe Acrobat (64-bit)", "23.003", "Adobe Acrobat"),
            ("libc6", "2.36-9+deb12u3", "libc6"),
            ("2.0", "2.0", "2.0"),
            ("Notepad++ (64-bit x64)", "8.5", "Notepad++"),
            ("Paint (yarım", "", "Paint (yarım"),
        ] {
            assert_eq!(shown(told, version), expected, "{told}");
        }
        assert_eq!(key("MOZILLA  Firefox"), key("Mozilla Firefox"));
        assert_eq!(key("İşlem Takip"), key("işlem takip"));
    }

    proptest! {
        #[test]
        fn no_name_is_lost_or_breaks_it(told in "\\PC{0,200}", version in "[0-9.]{0,12}") {
            let name = shown(&told, &version);
            prop_assert!(name.chars().count() <= MOST_LETTERS);
            prop_assert!(told.trim().is_empty() || !name.trim().is_empty());
            prop_assert_eq!(shown(&name, &version).is_empty(), name.is_empty());
        }
    }
}
