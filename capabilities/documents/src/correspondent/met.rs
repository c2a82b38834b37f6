//! A correspondent as their own package names them: known by the DETSİS number first, then by the name. What differs is said
//! and not written over; what was missing is filled in only from a package whose signature holds, for whoever makes up a
//! package could otherwise have the municipality's answers sent to themselves.

use kernel::event::NewEvent;
use kernel::record;
use kernel::{Result, Tx, db::Sql, tr};
use uuid::Uuid;

use super::{is_detsis, kind, known_as, named, store};

/// Whoever wrote a package, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sender {
    pub name: String,
    /// institution, person, company; empty when no package says it.
    pub kind: String,
    pub detsis: String,
    pub kep: String,
    pub email: String,
    pub phone: String,
    pub address: String,
}

impl Sender {
    /// Only what a correspondent may hold: what is no number, no address is left out.
    pub fn cleaned(mut self) -> Self {
        let line = |text: &str, most: usize| tr::clean_line(text).text.chars().take(most).collect::<String>();
        self.name = line(&self.name, 240);
        self.address = line(&self.address, 300);
        self.detsis = Some(line(&self.detsis, 40)).filter(|text| is_detsis(text)).unwrap_or_default();
        let kep = line(&self.kep, 400);
        let is_address =
            kep.chars().count() <= 160 && kep.contains('@') && !kep.contains(char::is_whitespace);
        self.kep = if is_address { kep } else { String::new() };
        self.email = tr::Email::parse(&line(&self.email, 200)).map(|one| one.to_string()).unwrap_or_default();
        self.phone = tr::Phone::parse(&line(&self.phone, 60)).map(|one| one.to_string()).unwrap_or_default();
        self
    }

    /// Label, column, what the package says.
    fn ways(&self) -> [(&'static str, &'static str, &str); 5] {
        [
            ("DETSİS no", "detsis", &self.detsis),
            ("KEP adresi", "kep", &self.kep),
            ("E-posta", "email", &self.email),
            ("Telefon", "phone", &self.phone),
            ("Adres", "address", &self.address),
        ]
    }
}

async fn find(db: &impl Sql, sender: &Sender) -> Result<Option<store::Whole>> {
    let folded = known_as(&sender.name);
    if !sender.detsis.is_empty()
        && let Some(known) = store::with_detsis(db, &sender.detsis, &folded).await?
    {
        return Ok(Some(known));
    }
    store::whole(db, &folded).await
}

/// What the package says otherwise than the list of correspondents does, as Turkish sentences.
pub(crate) async fn differences(db: &impl Sql, sender: &Sender) -> Result<Vec<String>> {
    match find(db, sender).await? {
        Some(known) => Ok(differing(&known, sender)),
        None => Ok(Vec::new()),
    }
}

fn differing(known: &store::Whole, sender: &Sender) -> Vec<String> {
    let mut found = Vec::new();
    if known.known_as != known_as(&sender.name) {
        found.push(format!(
            "{} DETSİS no “{}” adıyla kayıtlı, pakette “{}” yazıyor. Evrak kayıtlı adla açılır; adı değiştiyse Muhataplar sayfasında düzeltin.",
            sender.detsis, known.name, sender.name
        ));
    }
    for (label, column, said) in sender.ways() {
        let has = known.column(column);
        if !said.is_empty() && !has.is_empty() && tr::fold(has) != tr::fold(said) {
            found.push(format!("{label} kayıtta {has}, pakette {said}."));
        }
    }
    found
}

/// Whoever sent the package, made where nobody is known by number or name; answers the name they are known by. `is_proven`: the
/// package's signature holds.
pub(crate) async fn meet(tx: &Tx, sender: &Sender, is_proven: bool) -> Result<String> {
    let Some(known) = find(tx, sender).await? else {
        let id = named(tx, &sender.name).await?;
        fill(tx, id, sender).await?;
        return Ok(sender.name.clone());
    };
    let other = differing(&known, sender);
    if !other.is_empty() {
        note(tx, known.id, "correspondent_differs", other.join(" ")).await?;
    }
    let is_lacking =
        sender.ways().iter().any(|(_, name, said)| !said.is_empty() && known.column(name).is_empty());
    if is_proven && is_lacking {
        // What sort of correspondent they are was decided here.
        fill(tx, known.id, &Sender { kind: String::new(), ..sender.clone() }).await?;
    }
    Ok(known.name)
}

/// Writes what was not known yet.
async fn fill(tx: &Tx, id: Uuid, sender: &Sender) -> Result<()> {
    if store::fill(tx, id, sender).await? {
        let said = sender
            .ways()
            .iter()
            .filter(|(_, _, said)| !said.is_empty())
            .map(|(label, ..)| *label)
            .collect::<Vec<_>>();
        note(tx, id, "correspondent_filled", said.join(", ")).await?;
    }
    Ok(())
}

async fn note(tx: &Tx, id: Uuid, verb: &'static str, text: String) -> Result<()> {
    let kind = kind();
    let one = record::get(tx, &kind, id).await?;
    if verb == "correspondent_filled" {
        record::index(tx, &kind, &one).await?;
    }
    tx.record(NewEvent::new(one.reference(&kind), one.title(&kind), verb).note(text)).await?;
    Ok(())
}
