//! The steps of the suite and which of them a person asked for.

use crate::shell::Result;

/// One step, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Tools,
    Format,
    Licences,
    Build,
    OpenApi,
    Test,
    Newcomer,
    Browser,
    Alone,
}

impl Step {
    pub const ALL: [Self; 9] = [
        Self::Tools,
        Self::Format,
        Self::Licences,
        Self::Build,
        Self::OpenApi,
        Self::Test,
        Self::Newcomer,
        Self::Browser,
        Self::Alone,
    ];

    /// The word that `--only` takes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Format => "fmt",
            Self::Licences => "licences",
            Self::Build => "build",
            Self::OpenApi => "openapi",
            Self::Test => "test",
            Self::Newcomer => "new",
            Self::Browser => "e2e",
            Self::Alone => "alone",
        }
    }

    /// What the headings and the closing table call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tools => "tools of the machine",
            Self::Format => "format",
            Self::Licences => "licences and sources",
            Self::Build => "lints and build",
            Self::OpenApi => "description of the API",
            Self::Test => "tests",
            Self::Newcomer => "a new capability",
            Self::Browser => "browser journeys",
            Self::Alone => "the program alone",
        }
    }
}

/// What the command line asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub is_fast: bool,
    pub is_verbose: bool,
    only: Vec<Step>,
}

impl Options {
    /// Reads the words after `cargo xtask test`; an unknown word is refused with its name.
    pub fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--fast" => options.is_fast = true,
                "--verbose" => options.is_verbose = true,
                "--only" => {
                    let name = words.next().ok_or("--only needs the name of a step")?;
                    let step = Step::ALL.into_iter().find(|step| step.word() == name);
                    options.only.push(step.ok_or_else(|| format!("there is no step `{name}`"))?);
                }
                other => return Err(format!("`cargo xtask test` does not know `{other}`")),
            }
        }
        Ok(options)
    }

    /// Why a step does not run, or nothing when it does.
    pub fn reason_to_leave_out(&self, step: Step) -> Option<&'static str> {
        if !self.only.is_empty() {
            return (!self.only.contains(&step)).then_some("--only names other steps");
        }
        let is_slow = matches!(step, Step::Tools | Step::Newcomer | Step::Browser);
        (self.is_fast && is_slow).then_some("--fast")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn without_words_every_step_runs() {
        let options = parse(&[]).unwrap();
        assert!(Step::ALL.into_iter().all(|step| options.reason_to_leave_out(step).is_none()));
    }

    #[test]
    fn only_leaves_out_the_steps_it_does_not_name() {
        let options = parse(&["--only", "fmt", "--only", "e2e"]).unwrap();
        let running: Vec<_> =
            Step::ALL.into_iter().filter(|step| options.reason_to_leave_out(*step).is_none()).collect();
        assert_eq!(running, [Step::Format, Step::Browser]);
    }

    #[test]
    fn fast_keeps_the_checks_and_leaves_out_installing_and_the_browser() {
        let options = parse(&["--fast"]).unwrap();
        assert_eq!(options.reason_to_leave_out(Step::Tools), Some("--fast"));
        assert_eq!(options.reason_to_leave_out(Step::Browser), Some("--fast"));
        assert_eq!(options.reason_to_leave_out(Step::Build), None);
    }

    #[test]
    fn an_unknown_word_is_refused_by_name() {
        assert!(parse(&["--quick"]).unwrap_err().contains("--quick"));
        assert!(parse(&["--only", "lint"]).unwrap_err().contains("`lint`"));
        assert!(parse(&["--only"]).unwrap_err().contains("needs"));
    }
}
