//! What a person chose on the correction screen, turned into corrections and kept. Drawing the screen is elsewhere.

use kernel::{Actor, Error, ErrorKind, NewEvent, Ref, Result, Tx};
use uuid::Uuid;
use web::Form;

use super::opened::{MAX_CORRECTIONS, Opened, blocking};
use super::{EDIT, kind, store};
use crate::reading::correct::{Correction, apply};
use crate::reading::{Kind, Node, Reading, Role};

/// Kinds a person may choose, as sent and as said.
pub(super) const KINDS: [(Kind, &str, &str); 6] = [
    (Kind::Title, "baslik", "Yönetmeliğin adı"),
    (Kind::Part, "bolum", "Bölüm"),
    (Kind::Article, "madde", "Madde"),
    (Kind::Paragraph, "fikra", "Fıkra"),
    (Kind::Clause, "bent", "Bent"),
    (Kind::SubClause, "alt-bent", "Alt bent"),
];

/// How a kind is sent.
pub(super) fn sent(kind: Kind) -> &'static str {
    KINDS.iter().find(|(known, ..)| *known == kind).map_or("", |(_, sent, _)| sent)
}

/// An item of the screen: a node of the reading, or a piece of text that is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Node(u32),
    /// Byte offset where the loose piece begins.
    Loose(usize),
}

impl Item {
    pub(super) fn parse(id: &str) -> Option<Self> {
        if let Some(index) = id.strip_prefix("oge-") {
            return index.parse().ok().map(Self::Node);
        }
        id.strip_prefix("bosta-")?.parse().ok().map(Self::Loose)
    }

    pub(super) fn id(self) -> String {
        match self {
            Self::Node(index) => format!("oge-{index}"),
            Self::Loose(offset) => format!("bosta-{offset}"),
        }
    }
}

/// The corrections of one press of a button, or a Turkish sentence saying why there are none.
pub(super) fn parse(opened: &Opened, form: &Form) -> Result<Vec<Correction>, String> {
    let reading = opened.reading();
    let item =
        Item::parse(form.get(ui::names::ITEM)).ok_or("Düzeltilecek yer anlaşılamadı. Sayfayı yenileyin.")?;
    match item {
        Item::Loose(offset) => loose(reading, offset, form),
        Item::Node(index) => {
            let gone = "Bu öge artık yok; başka bir düzeltmeyle kalkmış olabilir. Sayfayı yenileyin.";
            let node = reading.node(index).ok_or(gone)?;
            of_node(node, opened.text(), form)
        }
    }
}

fn of_node(node: &Node, text: &str, form: &Form) -> Result<Vec<Correction>, String> {
    let index = node.index;
    let one = match form.get(ui::names::VERB) {
        "dogru" => Correction::MarkSure { node: index },
        "iceri" => Correction::Indent { node: index },
        "disari" => Correction::Outdent { node: index },
        "birlestir" => Correction::MergeWithPrevious { node: index },
        "duzen" => Correction::ToFurniture { node: index },
        "yersiz" => Correction::ToUnplaced { node: index },
        "degistir" => return changed(node, form),
        "bol" => {
            let (offset, _) = find(node, text, form.get("soz"))?;
            let (kind, label) = (kind_in(form, "yeni_tur")?, form.get("yeni_etiket").trim().to_owned());
            if label.is_empty() {
                return Err("Yeni ögenin numarasını ya da harfini yazın.".into());
            }
            Correction::Split { node: index, offset, kind, label }
        }
        "baslik" if form.get("soz").trim().is_empty() => Correction::SetHeading { node: index, until: None },
        "baslik" => Correction::SetHeading { node: index, until: Some(find(node, text, form.get("soz"))?.1) },
        _ => return Err("Hangi düzeltmenin istendiği anlaşılamadı.".into()),
    };
    Ok(vec![one])
}

fn changed(node: &Node, form: &Form) -> Result<Vec<Correction>, String> {
    let kind = kind_in(form, "tur")?;
    let label = form.get("etiket").trim().to_owned();
    let mut corrections = Vec::new();
    if kind != node.kind {
        corrections.push(Correction::SetKind { node: node.index, kind });
    }
    if label != node.label {
        corrections.push(Correction::SetLabel { node: node.index, label });
    }
    if corrections.is_empty() {
        return Err("Tür ve numara zaten böyle. Doğruysa “Doğru” deyin.".into());
    }
    Ok(corrections)
}

fn loose(reading: &Reading, offset: usize, form: &Form) -> Result<Vec<Correction>, String> {
    let one = match form.get(ui::names::VERB) {
        "oge" => {
            let label = form.get("etiket").trim().to_owned();
            Correction::Place { offset, kind: kind_in(form, "tur")?, label }
        }
        "ekle" => {
            let begins = |node: &Node| node.leaves.iter().map(|leaf| leaf.span.start).min();
            let before = reading.nodes.iter().rfind(|node| begins(node).is_some_and(|start| start < offset));
            let node = before.ok_or("Bundan önce bir öge yok; yeni öge yapın.")?;
            Correction::Attach { offset, node: node.index }
        }
        _ => return Err("Hangi düzeltmenin istendiği anlaşılamadı.".into()),
    };
    Ok(vec![one])
}

fn kind_in(form: &Form, field: &str) -> Result<Kind, String> {
    let sent = form.get(field);
    let found = KINDS.iter().find(|(_, known, _)| *known == sent);
    found.map(|(kind, ..)| *kind).ok_or_else(|| "Ögenin türünü seçin.".to_owned())
}

/// Where the given words stand in the node's own text: the byte where they begin and the byte behind them.
fn find(node: &Node, text: &str, sought: &str) -> Result<(usize, usize), String> {
    let dressing = ['*', '#', '_'];
    let sought: Vec<&str> = sought.split_whitespace().collect();
    if sought.is_empty() {
        return Err("Yerini göstermek için metindeki sözleri olduğu gibi yazın.".into());
    }
    let leaves = node.leaves.iter().filter(|leaf| leaf.role != Role::Marker);
    let words: Vec<(usize, &str)> = leaves
        .flat_map(|leaf| {
            let own = leaf.span.of(text);
            own.split_whitespace().map(move |word| {
                // The word is a part of `own`, so that the distance of their beginnings is its place.
                let at = word.as_ptr() as usize - own.as_ptr() as usize;
                (leaf.span.start + at, word)
            })
        })
        .collect();
    let same = |(_, word): &(usize, &str), sought: &str| {
        *word == sought || word.trim_matches(dressing) == sought.trim_matches(dressing)
    };
    let mut places = words
        .windows(sought.len())
        .filter(|window| window.iter().zip(&sought).all(|(word, sought)| same(word, sought)));
    match (places.next(), places.next()) {
        (Some(_), Some(_)) => Err("Bu sözler ögede birden çok yerde geçiyor; birkaç söz daha yazın.".into()),
        (Some([first, .., last]), None) => Ok((first.0, last.0 + last.1.len())),
        (Some([only]), None) => Ok((only.0, only.0 + only.1.len())),
        _ => Err("Bu sözler ögenin metninde bulunamadı. Metinden olduğu gibi yazın.".into()),
    }
}

/// Why corrections were not kept.
pub(super) enum Refusal {
    /// What was asked cannot be done; Turkish.
    Asked(String),
    /// Somebody else corrected meanwhile: their name.
    Overtaken(String),
    Failed(Error),
}

/// Tries the corrections on the reading and keeps them behind those the person saw.
pub(super) async fn keep(
    tx: &Tx,
    opened: &Opened,
    seen: i64,
    corrections: Vec<Correction>,
) -> Result<(), Refusal> {
    tx.act().require(EDIT, None, None).map_err(Refusal::Failed)?;
    if opened.seq() != seen {
        let who = opened.corrections.last().map_or("Başkası", |last| &last.by_name);
        return Err(Refusal::Overtaken(who.to_owned()));
    }
    if opened.corrections.len() + corrections.len() > MAX_CORRECTIONS {
        let text = "Bu metinde çok fazla düzeltme yapıldı. Metni düzelterek yeniden yükleyin.";
        return Err(Refusal::Failed(Error::new(ErrorKind::TooLarge, text)));
    }
    let (replayed, text) = (opened.replayed.clone(), opened.text().to_owned());
    let tried = corrections.clone();
    let outcome = blocking(move || {
        let mut reading = replayed.reading.clone();
        for correction in &tried {
            reading = apply(&reading, &text, correction).map_err(|error| error.to_string())?;
        }
        Ok(())
    });
    outcome.await.map_err(Refusal::Failed)?.map_err(Refusal::Asked)?;
    write(tx, opened, seen, &corrections).await
}

/// Whether this press of a button is done already: the last corrections, behind those the person saw, are these and
/// of the same person. A button pressed twice is no quarrel of two people.
pub(super) async fn is_done(actor: &Actor, now: &Opened, seen: i64, form: &Form) -> Result<bool> {
    let later: Vec<_> = now.corrections.iter().filter(|one| one.seq > seen).collect();
    // A press makes two at the most.
    if seen < 0 || later.is_empty() || later.len() > 2 {
        return Ok(false);
    }
    let signature = actor.signature();
    if later.iter().any(|one| one.by_id != actor.account_id || one.by_name != signature) {
        return Ok(false);
    }
    let Ok(wanted) = parse(&now.as_of(seen).await?, form) else { return Ok(false) };
    let wanted: Vec<String> = wanted.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(later.iter().map(|one| &one.correction).eq(&wanted))
}

async fn write(tx: &Tx, opened: &Opened, seen: i64, corrections: &[Correction]) -> Result<(), Refusal> {
    let id = opened.regulation.id;
    // The lock on the row lets one of two people through; the other then sees the new number.
    store::touch_draft(tx, id).await.map_err(Refusal::Failed)?;
    if store::last_seq(tx, id).await.map_err(Refusal::Failed)? != seen {
        return Err(Refusal::Overtaken("Başkası".into()));
    }
    store::add_corrections(tx, id, seen, corrections).await.map_err(Refusal::Failed)?;
    let note: Vec<String> = corrections.iter().map(|correction| told(opened.reading(), correction)).collect();
    let event = NewEvent::new(Ref::new(kind().id, id), &opened.regulation.title, "reading_corrected");
    tx.record(event.note(note.join(" "))).await.map_err(Refusal::Failed)?;
    Ok(())
}

/// Takes the last correction back, if it is still the last.
pub(super) async fn undo(tx: &Tx, id: Uuid, title: &str, seq: i64) -> Result<()> {
    tx.act().require(EDIT, None, None)?;
    store::touch_draft(tx, id).await?;
    if !store::remove_correction(tx, id, seq).await? {
        return Err(Error::conflict(
            "Siz bakarken başka bir düzeltme yapıldı; geri alınacak son düzeltme artık o. Güncel okumaya bakıp yeniden deneyin.",
        ));
    }
    tx.record(NewEvent::new(Ref::new(kind().id, id), title, "correction_undone")).await?;
    Ok(())
}

/// A correction as the timeline tells it.
pub(super) fn told(reading: &Reading, correction: &Correction) -> String {
    let at = |index: u32| reading.node(index).map_or("Öge", |node| node.address_tr.as_str());
    let said = |kind: Kind| KINDS.iter().find(|(known, ..)| *known == kind).map_or("", |(_, _, said)| said);
    match correction {
        Correction::SetKind { node, kind } => format!("{}: türü “{}” yapıldı.", at(*node), said(*kind)),
        Correction::SetLabel { node, label } => format!("{}: numarası “{label}” yapıldı.", at(*node)),
        Correction::SetParent { node, .. } => format!("{}: başka bir ögenin altına alındı.", at(*node)),
        Correction::Indent { node } => format!("{}: bir düzey içeri alındı.", at(*node)),
        Correction::Outdent { node } => format!("{}: bir düzey dışarı alındı.", at(*node)),
        Correction::Split { node, label, .. } => format!("{}: bölündü, “{label}” ayrıldı.", at(*node)),
        Correction::MergeWithPrevious { node } => format!("{}: öncekiyle birleştirildi.", at(*node)),
        Correction::SetHeading { node, .. } => format!("{}: başlığı düzeltildi.", at(*node)),
        Correction::ToFurniture { node } => format!("{}: sayfa düzeni sayıldı.", at(*node)),
        Correction::ToUnplaced { node } => format!("{}: yeri belirsiz bırakıldı.", at(*node)),
        Correction::Place { label, .. } => format!("Boştaki metin “{label}” numaralı öge yapıldı."),
        Correction::Attach { node, .. } => format!("Boştaki metin {} sonuna eklendi.", at(*node)),
        Correction::MarkSure { node } => format!("{}: doğru bulundu.", at(*node)),
    }
}
