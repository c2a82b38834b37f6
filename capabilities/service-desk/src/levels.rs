//! How long an answer and a solution may take: working minutes for each priority, as the administrator set them.

use std::sync::Arc;

use directory::calendar::WorkingCalendar;
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::escalation::store::{Step, TeamTime, steps, team_times};

const GROUP: &str = "Destek masası";

/// Key, label and default of a number of working minutes.
type Level = (&'static str, &'static str, &'static str);

/// Priority, then answer and solution. A working day has eight hours, that is 480 minutes.
const LEVELS: [(&str, Level, Level); 4] = [
    (
        "critical",
        ("service_desk.answer_critical", "Kritik kayda ilk yanıt", "30"),
        ("service_desk.solve_critical", "Kritik kaydın çözümü", "240"),
    ),
    (
        "high",
        ("service_desk.answer_high", "Yüksek öncelikli kayda ilk yanıt", "60"),
        ("service_desk.solve_high", "Yüksek öncelikli kaydın çözümü", "480"),
    ),
    (
        "normal",
        ("service_desk.answer_normal", "Olağan kayda ilk yanıt", "240"),
        ("service_desk.solve_normal", "Olağan kaydın çözümü", "1440"),
    ),
    (
        "low",
        ("service_desk.answer_low", "Düşük öncelikli kayda ilk yanıt", "480"),
        ("service_desk.solve_low", "Düşük öncelikli kaydın çözümü", "4800"),
    ),
];

pub(crate) const TEAM: &str = "service_desk.team";
pub(crate) const CLOSE_AFTER_DAYS: &str = "service_desk.close_after_days";

/// Longest time that can be set: a working year.
const MOST_MINUTES: i64 = 250 * 480;

pub(crate) fn settings() -> Vec<Setting> {
    let minutes = |(key, label_tr, default): Level| Setting {
        key,
        group_tr: GROUP,
        label_tr,
        hint_tr: "Çalışma dakikası; bir iş günü 480 dakikadır.",
        kind: SettingKind::Int { min: 1, max: MOST_MINUTES },
        default,
    };
    let mut all: Vec<Setting> =
        LEVELS.into_iter().flat_map(|(_, answer, solution)| [minutes(answer), minutes(solution)]).collect();
    all.push(Setting {
        key: CLOSE_AFTER_DAYS,
        group_tr: GROUP,
        label_tr: "Çözülen kayıt kaç iş günü sonra kapansın",
        hint_tr: "Bildiren bu süre içinde çözülmediğini söylerse kayıt yeniden açılır.",
        kind: SettingKind::Int { min: 1, max: 60 },
        default: "3",
    });
    all.push(Setting {
        key: TEAM,
        group_tr: GROUP,
        label_tr: "Kayıtların ilk düştüğü ekibin birim kodu",
        hint_tr: "Teşkilattaki kodu yazın. Boşsa kayıt ekipsiz açılır.",
        kind: SettingKind::Text { max_length: 40 },
        default: "\"\"",
    });
    all
}

/// Times allowed for one priority, in working minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub answer: i64,
    pub solution: i64,
}

/// The settings of one moment, with the calendar they make.
pub(crate) struct Levels {
    settings: Arc<Settings>,
    pub calendar: WorkingCalendar,
    /// Steps of escalation in force.
    pub steps: Vec<Step>,
    pub team_times: Vec<TeamTime>,
}

impl Levels {
    pub async fn load(tx: &Tx) -> Result<Self> {
        let registry = tx.registry().ok_or_else(|| Error::internal("no registry"))?;
        let levels = Self::of(Arc::new(Settings::load(tx, &registry.settings()).await?));
        Ok(Self { steps: steps(tx).await?, team_times: team_times(tx).await?, ..levels })
    }

    /// Without steps and teams' times: for whoever only shows what the settings allow.
    pub fn of(settings: Arc<Settings>) -> Self {
        let calendar = directory::working_calendar(&settings);
        Self { settings, calendar, steps: Vec::new(), team_times: Vec::new() }
    }

    /// What a team may hold a ticket of this priority for; what is written for the priority goes before what is for any.
    pub fn team_minutes(&self, team: Uuid, priority: &str) -> Option<i64> {
        let of = |wanted: &str| {
            let found = self.team_times.iter().find(|time| time.team_id == team && time.priority == wanted);
            found.map(|time| time.minutes)
        };
        of(priority).or_else(|| of("any"))
    }

    pub fn allowed(&self, priority: &str) -> Allowed {
        let level = LEVELS.iter().find(|(known, ..)| *known == priority).unwrap_or(&LEVELS[2]);
        Allowed { answer: self.settings.int(level.1.0), solution: self.settings.int(level.2.0) }
    }

    pub fn team_code(&self) -> String {
        self.settings.text(TEAM)
    }

    pub fn close_after_days(&self) -> i32 {
        i32::try_from(self.settings.int(CLOSE_AFTER_DAYS)).unwrap_or(3)
    }
}
