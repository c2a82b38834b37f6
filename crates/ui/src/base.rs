//! Small words every component uses: link, option, tone. No layout.

/// An address with its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    pub href: String,
}

impl Link {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// One choice of a select, radio group or filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opt {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

impl Opt {
    pub fn new(value: impl Into<String>, label: impl Into<String>, selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), selected }
    }
}

/// What a state means, whatever its word is. Each tone has its own shape, so that colour is never alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nobody has touched it yet: a ring.
    New,
    /// Work goes on: a half-filled ring.
    Doing,
    /// Someone else must move: a square.
    Waiting,
    /// Finished well: a full circle.
    Done,
    /// Went wrong, refused or late: a diamond.
    Bad,
    /// Closed, passive or cancelled: a dash.
    #[default]
    Off,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::New => "state is-new",
            Self::Doing => "state is-doing",
            Self::Waiting => "state is-waiting",
            Self::Done => "state is-done",
            Self::Bad => "state is-bad",
            Self::Off => "state is-off",
        }
    }
}

/// How a notice sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlashKind {
    #[default]
    Info,
    Success,
    Warning,
    Error,
}

impl FlashKind {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Info => "notice is-info",
            Self::Success => "notice is-success",
            Self::Warning => "notice is-warning",
            Self::Error => "notice is-error",
        }
    }

    /// The word read before the text, so that the colour is not the only sign.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Info => "Bilgi",
            Self::Success => "Tamam",
            Self::Warning => "Dikkat",
            Self::Error => "Hata",
        }
    }
}

/// Makes a form name safe to be part of an HTML id: anything but ASCII letters, digits and `-` becomes `-`.
pub(crate) fn id_part(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect()
}
