//! `cargo xtask new NAME`: a capability that compiles and passes its tests, made from `xtask/templates/capability`.
//! It writes the folder and the three lines that name it: workspace, binary's manifest, list of capabilities.

use std::path::Path;

use crate::shell::{self, Result};

const TEMPLATES: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("../templates/capability/Cargo.toml.txt")),
    ("README.md", include_str!("../templates/capability/README.md.txt")),
    ("src/lib.rs", include_str!("../templates/capability/src/lib.rs.txt")),
    ("src/@noun@.rs", include_str!("../templates/capability/src/entity.rs.txt")),
    ("src/demo.rs", include_str!("../templates/capability/src/demo.rs.txt")),
    ("src/tests.rs", include_str!("../templates/capability/src/tests.rs.txt")),
];

/// Words that cannot name a module, and names that the house has taken for something else.
const RESERVED: [&str; 24] = [
    "as", "async", "await", "break", "const", "crate", "demo", "else", "enum", "extern", "fn", "for", "impl",
    "lib", "match", "mod", "move", "self", "struct", "super", "tests", "trait", "type", "use",
];

/// What is to be made.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    /// Package and folder: `service-desk`.
    name: String,
    title: String,
    noun: String,
    noun_tr: String,
    plural_tr: String,
    path: String,
}

/// Makes the capability in this repository; true when it is there.
pub fn run(args: &[String]) -> Result<bool> {
    let plan = Plan::parse(args)?;
    make(shell::root().as_path(), &plan)?;
    // Lines of the templates break differently with longer words.
    shell::succeeds(shell::cargo().args(["fmt", "--package", &plan.name, "--package", "belde"]))?;
    super::tidy::bless(&shell::root())?;
    println!(
        "capabilities/{0} is there and listed.\n\n  cargo test -p {0}          its duty, on SQLite\n  \
         cargo run --release -- demo --data /tmp/new-town   look at {1}\n\nNext: fields, states and rules in \
         capabilities/{0}/src/{2}.rs; the duty in docs/duties.toml; words in GLOSSARY.md.",
        plan.name, plan.path, plan.noun
    );
    Ok(true)
}

impl Plan {
    fn parse(args: &[String]) -> Result<Self> {
        let (name, options) = args.split_first().ok_or("a name is needed: cargo xtask new NAME")?;
        let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
            && !name.ends_with('-')
            && !name.contains("--");
        if !is_name || name.len() > 40 {
            return Err(format!(
                "`{name}`: small ASCII letters, digits and single hyphens, such as service-desk"
            ));
        }
        let krate = name.replace('-', "_");
        let mut plan = Self {
            name: name.clone(),
            title: format!("{} işleri", capital(name)),
            noun: format!("{krate}_entry"),
            noun_tr: "kayıt".into(),
            plural_tr: format!("{} kayıtları", capital(name)),
            path: format!("/{name}"),
        };
        for pair in options.chunks(2) {
            let [option, value] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
            let place = match option.as_str() {
                "--title" => &mut plan.title,
                "--noun" => &mut plan.noun,
                "--noun-tr" => &mut plan.noun_tr,
                "--plural-tr" => &mut plan.plural_tr,
                "--path" => &mut plan.path,
                other => return Err(format!("`{other}` is not an option of new")),
            };
            value.clone_into(place);
        }
        plan.check(&krate)?;
        Ok(plan)
    }

    fn check(&self, krate: &str) -> Result<()> {
        let is_snake = |word: &str| {
            word.starts_with(|letter: char| letter.is_ascii_lowercase())
                && word
                    .chars()
                    .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        };
        if !is_snake(&self.noun) || self.noun.len() > 40 {
            return Err(format!("`{}`: the noun is snake_case in ASCII, such as work_order", self.noun));
        }
        if let Some(word) = [krate, &self.noun].into_iter().find(|word| RESERVED.contains(word)) {
            return Err(format!("`{word}` means something else already"));
        }
        let is_path = self.path.len() > 1
            && self.path.starts_with('/')
            && self.path.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || "/-".contains(letter)
            });
        if !is_path {
            return Err(format!("`{}`: an address is /small-letters", self.path));
        }
        let is_said = |text: &str| {
            let length = text.trim().chars().count();
            (1..=80).contains(&length) && !text.contains(['"', '\\', '\n', '\r'])
        };
        if ![&self.title, &self.noun_tr, &self.plural_tr].into_iter().all(|text| is_said(text)) {
            return Err("Turkish names have 1 to 80 characters and no quotes".to_owned());
        }
        Ok(())
    }

    fn filled(&self, template: &str) -> String {
        let krate = self.name.replace('-', "_");
        let code: String = krate.chars().filter(char::is_ascii_alphabetic).take(3).collect();
        [
            ("@name@", self.name.as_str()),
            ("@krate@", &krate),
            ("@title@", &self.title),
            ("@noun@", &self.noun),
            ("@noun_tr@", &self.noun_tr),
            ("@plural_tr@", &self.plural_tr),
            ("@path@", &self.path),
            ("@code@", &code.to_ascii_uppercase()),
        ]
        .into_iter()
        .fold(template.to_owned(), |text, (mark, value)| text.replace(mark, value))
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same in the repository of another folder.
pub fn make_in(root: &Path, args: &[String]) -> Result<()> {
    make(root, &Plan::parse(args)?)
}

/// A copy of the repository without what is built, installed or kept.
pub fn copy_repository(from: &Path, to: &Path) -> Result<()> {
    let left_out = [".git", "target", "node_modules", "belde-demo", "output", "dist"];
    let said = |error: std::io::Error| format!("{}: {error}", from.display());
    std::fs::create_dir_all(to).map_err(said)?;
    for entry in std::fs::read_dir(from).map_err(said)? {
        let entry = entry.map_err(said)?;
        let name = entry.file_name();
        if left_out.iter().any(|skipped| name == *skipped) {
            continue;
        }
        if entry.file_type().map_err(said)?.is_dir() {
            copy_repository(&entry.path(), &to.join(&name))?;
        } else {
            std::fs::copy(entry.path(), to.join(&name)).map_err(said)?;
        }
    }
    Ok(())
}

/// Writes the folder and the lines; nothing is written when a name is taken or a line has no place.
fn make(root: &Path, plan: &Plan) -> Result<()> {
    let folder = root.join("capabilities").join(&plan.name);
    if folder.exists() || root.join("crates").join(&plan.name).exists() {
        return Err(format!("`{}` is there already", plan.name));
    }
    let krate = plan.name.replace('-', "_");
    let lines = [
        line_in(
            root,
            "Cargo.toml",
            "# The house itself.",
            &format!("{0} = {{ path = \"capabilities/{0}\" }}", plan.name),
        )?,
        line_in(
            root,
            "crates/belde/Cargo.toml",
            "[dependencies]",
            &format!("{}.workspace = true", plan.name),
        )?,
        last_in_list(root, &format!("        ({krate}::capability(), {krate}::routes()),"))?,
    ];
    for (name, template) in TEMPLATES {
        let path = folder.join(plan.filled(name));
        let parent = path.parent().ok_or("a template has no folder")?;
        std::fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        write(&path, &plan.filled(template))?;
    }
    for (path, text) in lines {
        write(&path, &text)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

type Edited = (std::path::PathBuf, String);

/// The file with `line` in its alphabetical place in the block behind `heading`.
fn line_in(root: &Path, name: &str, heading: &str, line: &str) -> Result<Edited> {
    let path = root.join(name);
    let text = read(&path)?;
    let (before, block) =
        text.split_once(&format!("{heading}\n")).ok_or(format!("{name} has no `{heading}`"))?;
    let end = block.find("\n\n").map_or(block.len(), |at| at + 1);
    let mut lines: Vec<&str> = block[..end].lines().collect();
    if lines.contains(&line) {
        return Err(format!("{name} names it already"));
    }
    lines.push(line);
    lines.sort_unstable();
    Ok((path, format!("{before}{heading}\n{}\n{}", lines.join("\n"), &block[end..])))
}

/// The list of capabilities with one more at its end: it stands on those before it.
fn last_in_list(root: &Path, line: &str) -> Result<Edited> {
    let path = root.join("crates/belde/src/capabilities.rs");
    let text = read(&path)?;
    let (before, after) = text.split_once("\n    ]").ok_or("capabilities.rs has no list")?;
    Ok((path, format!("{before}\n{line}\n    ]{after}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn names_that_could_not_compile_are_refused_with_a_reason() {
        for wrong in [
            "Safety",
            "2fa",
            "a--b",
            "mod",
            "güvenlik",
            "a-",
            "x|--noun|Risk",
            "x|--path|isg",
            "x|--renk|mavi",
        ] {
            assert!(Plan::parse(&words(wrong)).is_err(), "{wrong}");
        }
        let plan = Plan::parse(&words("safety|--title|İSG çalışmaları|--noun|risk|--path|/isg")).unwrap();
        assert_eq!((plan.noun.as_str(), plan.path.as_str()), ("risk", "/isg"));
    }

    #[test]
    fn a_new_capability_is_made_once_and_is_tidy() {
        let folder = tempfile::tempdir().unwrap();
        copy_repository(&shell::root(), folder.path()).unwrap();
        make_in(folder.path(), &words("safety|--noun|risk")).unwrap();
        assert!(make_in(folder.path(), &words("safety|--noun|risk")).is_err());
        crate::tidy::bless(folder.path()).unwrap();
        let found = crate::tidy::problems(&crate::tree::Tree::at(folder.path()).unwrap());
        assert!(found.is_empty(), "{found:#?}");
        let list = std::fs::read_to_string(folder.path().join("crates/belde/src/capabilities.rs")).unwrap();
        assert!(list.contains("(safety::capability(), safety::routes()),"));
        let lib = std::fs::read_to_string(folder.path().join("capabilities/safety/src/lib.rs")).unwrap();
        assert!(!lib.contains('@'), "every mark of the template is filled");
    }
}
