//! What a capability declares of itself, and the registry of all of them. Only declarations; no behaviour.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::Boxed;
use crate::access::{Act, Actor};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::event::{Reaction, VerbLabel};
use crate::job::Job;
use crate::migrate::{Migration, kernel_migrations};
use crate::notice::{AccountsOf, Notice};
use crate::number::Book;
use crate::record::{Choice, FieldKind, Kind, Tone};
use crate::setting::Setting;
use crate::tx::Tx;
use crate::value::Instant;

/// A line of the main menu, shown to those who have the permission.
#[derive(Clone, Copy, Debug)]
pub struct MenuEntry {
    /// Group heading; groups stand in the order of [`MENU_GROUPS`].
    pub group_tr: &'static str,
    pub label_tr: &'static str,
    pub path: &'static str,
    pub permission: &'static str,
}

pub const MENU_GROUPS: [&str; 6] =
    ["Hizmet", "Varlık", "Evrak", "Ağ ve kayıt", "Görev ve denetim", "Yönetim"];

/// `capability.noun.verb`, the sentence a person reads when granting it, and the roles that have it at first
/// with their scope (`all`, `unit_tree`, `unit`, `own`).
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    pub code: &'static str,
    pub sentence_tr: &'static str,
    pub roles: &'static [(&'static str, &'static str)],
}

/// What a duty can be proven with now.
#[derive(Clone, Debug, Default)]
pub struct EvidenceNow {
    pub count: i64,
    pub last_at: Option<Instant>,
    pub sentence_tr: String,
}

/// Evidence a capability offers for a duty of docs/duties.toml.
#[derive(Clone)]
pub struct Evidence {
    pub duty: &'static str,
    pub label_tr: &'static str,
    /// Screen where it can be seen.
    pub path: &'static str,
    /// After so many days without news the evidence counts as old.
    pub fresh_days: i64,
    pub run: for<'a> fn(&'a Db) -> Boxed<'a, Result<EvidenceNow>>,
}

/// Something a person holds and must hand over before leaving (ORG-7).
#[derive(Clone)]
pub struct Holding {
    /// Said behind the number: "zimmetli varlık".
    pub noun_tr: &'static str,
    /// What to do about it, said to whoever records the leaving.
    pub way_out_tr: &'static str,
    pub count: for<'a> fn(&'a Tx, Uuid) -> Boxed<'a, Result<i64>>,
}

/// What the register of devices knows of a network card or a mobile number, in the words of people.
#[derive(Clone, Debug)]
pub struct KnownCard {
    /// Number and name of the device; the line.
    pub device_tr: String,
    /// In whose charge it was, since when and by which slip; who uses the line; nothing where in nobody's.
    pub custody_tr: Option<String>,
}

/// The devices that have this card (`4C:55:41:A0:FA:99`), and in whose charge they were at that moment; the lines of this mobile
/// number (`5321234567`), and who uses them now.
pub type CardsOf = for<'a> fn(&'a Db, &'a str, Instant) -> Boxed<'a, Result<Vec<KnownCard>>>;

/// A line on the "Günüm" page: what waits for this person.
#[derive(Clone, Debug)]
pub struct DayItem {
    pub label_tr: String,
    pub count: i64,
    pub path: String,
    pub is_late: bool,
}

/// What waits for this person now.
pub type MyDay = for<'a> fn(&'a Db, &'a Actor, Instant) -> Boxed<'a, Result<Vec<DayItem>>>;

/// Loads this capability's part of the demo town; runs in the order of the registry.
pub type DemoLoader = for<'a> fn(&'a DemoContext) -> Boxed<'a, Result<()>>;

/// What a demo loader may use. `scale` multiplies the data.
pub struct DemoContext {
    pub db: Db,
    pub clock: Clock,
    pub act: Act,
    pub scale: u32,
}

/// The table of contents of one family of duties.
#[derive(Clone, Default)]
pub struct Capability {
    pub id: &'static str,
    pub name_tr: &'static str,
    pub menu: Vec<MenuEntry>,
    pub permissions: Vec<Permission>,
    pub migrations: Vec<Migration>,
    pub jobs: Vec<Job>,
    pub kinds: Vec<Kind>,
    pub verbs: Vec<VerbLabel>,
    /// Subjects of its events that are no record kind: code and Turkish name.
    pub subjects: Vec<(&'static str, &'static str)>,
    pub reactions: Vec<Reaction>,
    pub notices: Vec<Notice>,
    /// Answered by the one capability that keeps accounts.
    pub accounts_of: Option<AccountsOf>,
    /// Answered by the one capability that keeps devices.
    pub cards_of: Option<CardsOf>,
    pub settings: Vec<Setting>,
    pub evidence: Vec<Evidence>,
    pub holdings: Vec<Holding>,
    /// Books whose numbers run without a gap.
    pub books: Vec<Book>,
    pub my_day: Vec<MyDay>,
    pub demo: Option<DemoLoader>,
    /// Duties of docs/duties.toml it serves.
    pub duties: Vec<&'static str>,
}

impl Capability {
    /// The whole with one of its parts: the lists of the part go behind, its id, name and demo do not count.
    pub fn and(mut self, part: Self) -> Self {
        self.menu.extend(part.menu);
        self.permissions.extend(part.permissions);
        self.migrations.extend(part.migrations);
        self.jobs.extend(part.jobs);
        self.kinds.extend(part.kinds);
        self.verbs.extend(part.verbs);
        self.subjects.extend(part.subjects);
        self.reactions.extend(part.reactions);
        self.notices.extend(part.notices);
        self.settings.extend(part.settings);
        self.evidence.extend(part.evidence);
        self.holdings.extend(part.holdings);
        self.books.extend(part.books);
        self.my_day.extend(part.my_day);
        self.duties.extend(part.duties);
        self
    }
}

/// All capabilities of this binary, in order: foundation first.
pub struct Registry {
    capabilities: Vec<Capability>,
    kinds: HashMap<&'static str, Arc<Kind>>,
    /// Sorted, so that every node meets them in the same order: two that note their schedules at once would otherwise
    /// wait for each other's rows, and one of them would not start.
    jobs: BTreeMap<&'static str, Job>,
    verbs: HashMap<&'static str, VerbLabel>,
}

impl Registry {
    pub fn new(mut capabilities: Vec<Capability>) -> Self {
        complete_event_kind(&mut capabilities);
        complete_job_kind(&mut capabilities);
        let kinds = capabilities
            .iter()
            .flat_map(|one| &one.kinds)
            .map(|kind| (kind.id, Arc::new(kind.clone())))
            .collect();
        let jobs = capabilities.iter().flat_map(|one| &one.jobs).map(|job| (job.name, job.clone())).collect();
        let own = GENERIC_VERBS.iter().chain(capabilities.iter().flat_map(|one| &one.verbs));
        let verbs = own.map(|label| (label.verb, *label)).collect();
        Self { kinds, jobs, verbs, capabilities }
    }

    pub fn capabilities(&self) -> &[Capability] {
        &self.capabilities
    }

    /// In declared order.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.capabilities.iter().flat_map(|one| &one.kinds)
    }

    pub fn kind(&self, id: &str) -> Option<Arc<Kind>> {
        self.kinds.get(id).cloned()
    }

    /// By name.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.values()
    }

    pub fn job(&self, name: &str) -> Option<&Job> {
        self.jobs.get(name)
    }

    pub fn verb(&self, verb: &str) -> Option<&VerbLabel> {
        self.verbs.get(verb)
    }

    /// How a verb reads; an unknown one (of a later version) reads as itself.
    pub fn verb_label(&self, verb: &str) -> String {
        self.verb(verb).map_or_else(|| verb.to_string(), |label| label.label_tr.to_string())
    }

    pub fn verbs(&self) -> Vec<VerbLabel> {
        let mut all: Vec<VerbLabel> = self.verbs.values().copied().collect();
        all.sort_by_key(|label| label.verb);
        all
    }

    pub fn permissions(&self) -> impl Iterator<Item = &Permission> {
        self.capabilities.iter().flat_map(|one| &one.permissions)
    }

    pub fn settings(&self) -> Vec<Setting> {
        self.capabilities.iter().flat_map(|one| one.settings.iter().copied()).collect()
    }

    pub fn migrations(&self) -> Vec<Migration> {
        kernel_migrations()
            .into_iter()
            .chain(self.capabilities.iter().flat_map(|one| one.migrations.clone()))
            .collect()
    }

    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.capabilities.iter().flat_map(|one| &one.evidence)
    }

    pub fn holdings(&self) -> impl Iterator<Item = &Holding> {
        self.capabilities.iter().flat_map(|one| &one.holdings)
    }

    pub fn books(&self) -> impl Iterator<Item = &Book> {
        self.capabilities.iter().flat_map(|one| &one.books)
    }

    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.capabilities.iter().flat_map(|one| &one.notices)
    }

    pub fn notice(&self, key: &str) -> Option<&Notice> {
        self.notices().find(|notice| notice.key == key)
    }

    pub(crate) fn notices_about(&self, kind: &str, verb: &str) -> impl Iterator<Item = &Notice> {
        self.notices().filter(move |notice| notice.is_about(kind, verb))
    }

    /// What answers of network cards and mobile numbers, where the product has a register of devices.
    pub fn cards_of(&self) -> Option<CardsOf> {
        self.capabilities.iter().find_map(|one| one.cards_of)
    }

    pub(crate) fn accounts_of(&self) -> Option<AccountsOf> {
        self.capabilities.iter().find_map(|one| one.accounts_of)
    }

    pub(crate) fn reactions_to(&self, kind: &str, verb: &str) -> Vec<Reaction> {
        let all = self.capabilities.iter().flat_map(|one| &one.reactions);
        all.filter(|reaction| reaction.subject_kind == kind && reaction.verb == verb).cloned().collect()
    }
}

/// The event list filters by verb and kind, and only the whole registry knows them all. The slices live as
/// long as the process, as those written in the code do.
fn complete_event_kind(capabilities: &mut [Capability]) {
    let mut verbs: Vec<Choice> = GENERIC_VERBS
        .iter()
        .chain(capabilities.iter().flat_map(|one| &one.verbs))
        .map(|label| Choice::new(label.verb, label.label_tr, Tone::Wait))
        .collect();
    verbs.sort_by_cached_key(|choice| crate::tr::collation_key(choice.label_tr));
    verbs.dedup_by_key(|choice| choice.code);
    let all = capabilities.iter().flat_map(|one| &one.kinds);
    let mut kinds: Vec<Choice> = all.map(|kind| Choice::new(kind.id, kind.name_tr, Tone::Wait)).collect();
    let bare = capabilities.iter().flat_map(|one| &one.subjects);
    kinds.extend(bare.map(|(code, label_tr)| Choice::new(code, label_tr, Tone::Wait)));
    kinds.sort_by_cached_key(|choice| crate::tr::collation_key(choice.label_tr));
    for kind in capabilities.iter_mut().flat_map(|one| &mut one.kinds).filter(|kind| kind.id == "event") {
        for field in &mut kind.fields {
            match field.name {
                "verb" => field.kind = FieldKind::Choice(verbs.clone().leak()),
                "subject_kind" => field.kind = FieldKind::Choice(kinds.clone().leak()),
                _ => {}
            }
        }
    }
}

/// The list of jobs filters by name, and only the whole registry knows all of them.
fn complete_job_kind(capabilities: &mut [Capability]) {
    let all = capabilities.iter().flat_map(|one| &one.jobs);
    let mut names: Vec<Choice> = all.map(|job| Choice::new(job.name, job.label_tr, Tone::Wait)).collect();
    names.sort_by_cached_key(|choice| crate::tr::collation_key(choice.label_tr));
    for kind in capabilities.iter_mut().flat_map(|one| &mut one.kinds).filter(|kind| kind.id == "job") {
        for field in kind.fields.iter_mut().filter(|field| field.name == "name") {
            field.kind = FieldKind::Choice(names.clone().leak());
        }
    }
}

/// Verbs every record has.
const GENERIC_VERBS: [VerbLabel; 14] = [
    VerbLabel { verb: "created", label_tr: "Oluşturuldu", is_official: false },
    VerbLabel { verb: "changed", label_tr: "Değiştirildi", is_official: false },
    VerbLabel { verb: "removed", label_tr: "Kaldırıldı", is_official: false },
    VerbLabel { verb: "commented", label_tr: "Not yazıldı", is_official: false },
    VerbLabel { verb: "attached", label_tr: "Dosya eklendi", is_official: false },
    VerbLabel { verb: "detached", label_tr: "Dosya kaldırıldı", is_official: false },
    VerbLabel { verb: "linked", label_tr: "Kayıt bağlandı", is_official: false },
    VerbLabel { verb: "unlinked", label_tr: "Bağ kaldırıldı", is_official: false },
    VerbLabel { verb: "downloaded", label_tr: "Dosya indirildi", is_official: false },
    VerbLabel { verb: "exported", label_tr: "Dışa aktarıldı", is_official: false },
    VerbLabel { verb: "imported", label_tr: "İçe aktarıldı", is_official: false },
    VerbLabel { verb: "job_died", label_tr: "İş yapılamadı", is_official: false },
    VerbLabel { verb: "job_revived", label_tr: "İş yeniden kuyruğa alındı", is_official: false },
    VerbLabel { verb: "job_discarded", label_tr: "İşten vazgeçildi", is_official: false },
];
