//! What is asked of the lines: read from the address of the page, shown in its form, turned into questions for the journal.

use std::net::IpAddr;
use std::sync::Arc;

use access_stream::LineEncoder;
use form_urlencoded::Serializer;
use journal::{ColumnId, Query, Row, Test};
use kernel::{Instant, tr};
use lines::{Column, Mac};
use maud::Markup;
use web::Ctx;

use super::PATH;
use crate::columns;
use crate::keeping::AccessLogs;
use crate::source;

/// Longest text that is looked for.
const MOST_LETTERS: usize = 200;
/// Without a beginning so much is looked at, back from now.
const DAY_US: i64 = 24 * 60 * 60 * Instant::SECOND_US;

/// Columns in which an address can stand.
const ADDRESSES: [Column; 8] = [
    Column::SRC_IP,
    Column::DST_IP,
    Column::NAT_SRC_IP,
    Column::NAT_DST_IP,
    Column::IP,
    Column::SERVER_IP,
    Column::RELAY_IP,
    Column::NAS_IP,
];
const PORTS: [Column; 4] = [Column::SRC_PORT, Column::DST_PORT, Column::NAT_SRC_PORT, Column::NAT_DST_PORT];
const MACS: [Column; 2] = [Column::MAC, Column::DST_MAC];
const USERS: [Column; 2] = [Column::USER, Column::DST_USER];

/// What is looked for, and what must be corrected first.
pub(super) struct Asked {
    typed: Vec<(&'static str, String)>,
    pub from_us: i64,
    pub to_us: i64,
    address: Option<Address>,
    port: Option<u16>,
    mac: Option<Mac>,
    user: String,
    pub text: String,
    source: Option<u32>,
    format: String,
    /// Names of doubts, of which a line must have one; empty where it need not.
    unread: Vec<&'static str>,
    pub reason: String,
    /// Something is looked for, so that the form is answered.
    pub is_asked: bool,
    /// Field and sentence.
    pub problems: Vec<(&'static str, String)>,
}

/// An address, or how it begins.
enum Address {
    One(IpAddr),
    Begins(String),
}

/// Fields of the form, in its order.
const FIELDS: [&str; 11] =
    ["adres", "liman", "mac", "kullanici", "metin", "bas", "son", "kaynak", "tur", UNREAD, "neden"];

/// Lines that were not read, for one reason or for any.
pub(crate) const UNREAD: &str = "okunamadi";
pub(crate) const ANY_REASON: &str = "hepsi";

/// Says that the form is to be filled in and not yet answered.
pub(super) const BEGUN: &str = "hazir";

/// What is looked for, of the query of an address: known fields alone, without the reason.
pub(crate) fn without_reason(query: &str) -> String {
    let query = query.rsplit('?').next().unwrap_or_default();
    let mut kept = Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.trim().as_bytes()) {
        if FIELDS.contains(&&*name) && name != "neden" && !value.trim().is_empty() {
            kept.append_pair(&name, value.trim());
        }
    }
    kept.finish()
}

impl Asked {
    /// What is looked for, to be saved; nothing where there is nothing but a reason.
    pub fn to_save(&self) -> Option<String> {
        let query = without_reason(&self.address_with(&[]));
        (!query.is_empty()).then_some(query)
    }

    pub fn of(ctx: &Ctx, logs: &AccessLogs) -> Self {
        let typed: Vec<(&'static str, String)> = FIELDS
            .iter()
            .map(|name| (*name, tr::clean_line(ctx.param(name)).text.chars().take(MOST_LETTERS).collect()))
            .collect();
        let get = |name: &str| {
            typed.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
        };
        let mut problems = Vec::new();
        let mut wrong = |field, text: &str| problems.push((field, text.to_owned()));
        let now_us = ctx.act.now().0;
        let to_us = instant(get("son")).unwrap_or_else(|text| {
            wrong("son", text);
            None
        });
        // Clocks of devices may be ahead of ours; without an end, their lines are there as well.
        let end_us = to_us.unwrap_or(now_us + access_stream::MOST_AHEAD_US + Instant::SECOND_US);
        let day_before_us = to_us.unwrap_or(now_us) - DAY_US;
        let to_us = end_us;
        let from_us = instant(get("bas")).unwrap_or_else(|text| {
            wrong("bas", text);
            None
        });
        let from_us = from_us.unwrap_or(day_before_us);
        if from_us >= to_us {
            wrong("bas", "Başlangıç bitişten önce olmalıdır.");
        }
        let address = address(get("adres")).unwrap_or_else(|text| {
            wrong("adres", text);
            None
        });
        let port = get("liman").parse::<u16>().ok();
        if port.is_none() && !get("liman").is_empty() {
            wrong("liman", "0 ile 65535 arasında bir sayı yazın.");
        }
        let mac = Mac::parse(get("mac").as_bytes());
        if mac.is_none() && !get("mac").is_empty() {
            wrong("mac", "MAC adresini 00:1a:2b:3c:4d:5e biçiminde yazın.");
        }
        // A saved search is only filled in: why is asked each time.
        let is_begun = ctx.param(BEGUN) == "evet" && get("neden").is_empty();
        let is_asked = !is_begun && FIELDS.iter().any(|name| !get(name).is_empty());
        if is_asked && get("neden").is_empty() {
            wrong("neden", "Neden baktığınızı yazın: savcılık yazısının sayısı, arıza kaydı gibi.");
        }
        let before = ctx.param("once").parse::<i64>().ok().filter(|us| (from_us..to_us).contains(us));
        Self {
            from_us,
            to_us: before.unwrap_or(to_us),
            address,
            port,
            mac,
            user: get("kullanici").into(),
            text: get("metin").into(),
            source: get("kaynak").parse().ok().filter(|number| logs.inner().known.name(*number).is_some()),
            format: source::formats()
                .iter()
                .find(|one| one.code == get("tur"))
                .map_or("", |one| one.code)
                .into(),
            unread: unread(get(UNREAD)),
            reason: get("neden").into(),
            is_asked,
            problems,
            typed,
        }
    }

    fn typed(&self, name: &str) -> &str {
        self.typed.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The questions whose answers together are the answer; no row answers two of them.
    pub fn queries(&self, encoder: &Arc<LineEncoder>) -> Vec<Query> {
        let mut base = Query { from_us: self.from_us, to_us: self.to_us, ..Query::newest(0) };
        let own = encoder.own();
        if let Some(source) = self.source {
            base = base.with(own.source, Test::Numbers(vec![source.into()]));
        }
        if !self.format.is_empty() {
            base = base.with(own.format, Test::OneOf(vec![self.format.clone().into_bytes()]));
        }
        if !self.unread.is_empty() {
            let names = self.unread.iter().map(|name| name.as_bytes().to_vec()).collect();
            base = base.with(own.doubt, Test::OneOf(names));
        }
        let mut all = vec![base];
        for (columns, test) in self.anywhere() {
            let columns: Vec<ColumnId> =
                columns.iter().filter_map(|column| encoder.column(*column)).collect();
            all = all.into_iter().flat_map(|query| in_any(&query, &columns, &test)).collect();
        }
        all.into_iter().map(|query| encoder.containing(query, self.text.as_bytes())).collect()
    }

    /// Tests that one of some columns must meet.
    fn anywhere(&self) -> Vec<(&'static [Column], Test)> {
        let mut all: Vec<(&'static [Column], Test)> = Vec::new();
        let texts = |texts: Vec<String>| Test::OneOf(texts.into_iter().map(String::into_bytes).collect());
        match &self.address {
            Some(Address::One(ip)) => all.push((&ADDRESSES, access_stream::who::spellings(*ip))),
            Some(Address::Begins(begin)) => all.push((&ADDRESSES, Test::Prefix(begin.clone().into_bytes()))),
            None => {}
        }
        if let Some(port) = self.port {
            all.push((&PORTS, Test::Numbers(vec![port.into()])));
        }
        if let Some(mac) = self.mac {
            all.push((&MACS, texts(mac.spellings().to_vec())));
        }
        if !self.user.is_empty() {
            let spelled = [self.user.clone(), self.user.to_ascii_lowercase(), self.user.to_ascii_uppercase()];
            all.push((&USERS, texts(spelled.to_vec())));
        }
        all
    }

    /// What the event says was looked for.
    pub fn said(&self, logs: &AccessLogs) -> String {
        let mut said = vec![format!("Süre: {} – {}", tr::instant(self.from_us), tr::instant(self.to_us))];
        for (name, label) in [
            ("adres", "Adres"),
            ("liman", "Port"),
            ("mac", "MAC"),
            ("kullanici", "Kullanıcı"),
            ("metin", "Metin"),
        ] {
            if !self.typed(name).is_empty() {
                said.push(format!("{label}: {}", self.typed(name)));
            }
        }
        if let Some(name) = self.source.and_then(|number| logs.inner().known.name(number)) {
            said.push(format!("Kaynak: {name}"));
        }
        if !self.format.is_empty() {
            said.push(format!("Tür: {}", source::format_label(&self.format)));
        }
        if !self.unread.is_empty() {
            let labels: Vec<&str> = self.unread.iter().map(|name| columns::doubt_label(name)).collect();
            said.push(format!("Okunamayan: {}", labels.join(", ")));
        }
        said.join("; ")
    }

    /// The bytes to be marked in lines.
    pub fn marked(&self) -> Vec<String> {
        let address = match &self.address {
            Some(Address::One(ip)) => Some(ip.to_string()),
            Some(Address::Begins(text)) => Some(text.clone()),
            None => None,
        };
        let typed = ["mac", "kullanici", "metin"].map(|name| self.typed(name).to_owned());
        address.into_iter().chain(typed).filter(|text| !text.is_empty()).collect()
    }

    fn address_with(&self, changed: &[(&str, String)]) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in &self.typed {
            if !value.is_empty() && !changed.iter().any(|(known, _)| known == name) {
                query.append_pair(name, value);
            }
        }
        for (name, value) in changed {
            query.append_pair(name, value);
        }
        format!("{PATH}?{}", query.finish())
    }

    /// The same, older than an instant.
    pub fn address_before(&self, before_us: i64) -> String {
        self.address_with(&[("once", before_us.to_string())])
    }

    /// The same within a piece of time.
    pub fn address_within(&self, from_us: i64, to_us: i64) -> String {
        self.address_with(&[("bas", written(from_us)), ("son", written(to_us))])
    }

    /// The page with the line of its own.
    pub fn address_of(&self, path: &str, row: u64) -> String {
        let mut query = Serializer::new(String::new());
        query
            .append_pair("bolum", path)
            .append_pair("sira", &row.to_string())
            .append_pair("neden", &self.reason);
        format!("{}?{}", super::LINE, query.finish())
    }

    pub fn form(&self, logs: &AccessLogs) -> Markup {
        let text = |name: &'static str, label: &str| ui::FilterView {
            name: name.into(),
            label: label.into(),
            kind: ui::FilterKind::Text,
            value: self.typed(name).into(),
            error: self.problems.iter().find(|(field, _)| *field == name).map(|(_, text)| text.clone()),
        };
        let choice = |name: &'static str, label: &str, options: Vec<ui::Opt>| ui::FilterView {
            kind: ui::FilterKind::Choice(options),
            ..text(name, label)
        };
        let sources = logs.inner().known.names();
        let chosen = |value: &str, name: &str| value == self.typed(name);
        let sources = sources
            .into_iter()
            .take(MOST_OFFERED)
            .map(|(number, name)| {
                ui::Opt::new(number.to_string(), name, chosen(&number.to_string(), "kaynak"))
            })
            .collect();
        let formats = source::formats()
            .iter()
            .map(|one| ui::Opt::new(one.code, one.label_tr, chosen(one.code, "tur")))
            .collect();
        let any = ui::Opt::new(ANY_REASON, "Bütün nedenler", self.typed(UNREAD) == ANY_REASON);
        let reasons =
            columns::DOUBTS.iter().map(|(name, label)| ui::Opt::new(*name, *label, chosen(name, UNREAD)));
        let unread = std::iter::once(any).chain(reasons).collect();
        let filters = vec![
            text("neden", "Neden bakıyorsunuz?"),
            text("adres", "IP adresi"),
            text("bas", "Başlangıç"),
            text("son", "Bitiş"),
            text("liman", "Port"),
            text("mac", "MAC adresi"),
            text("kullanici", "Kullanıcı"),
            choice("kaynak", "Kaynak", sources),
            choice("tur", "Kayıt türü", formats),
            choice(UNREAD, "Okunamayan satırlar", unread),
        ];
        let search = ui::SearchBox {
            name: "metin".into(),
            value: self.text.clone(),
            hint: "Satırda geçen söz, olduğu gibi".into(),
        };
        ui::filters("Erişim kayıtlarında ara", "Ara", PATH, Some(search), filters)
    }
}

/// The names of the doubts that are asked for.
fn unread(typed: &str) -> Vec<&'static str> {
    let names = columns::DOUBTS.iter().map(|(name, _)| *name);
    names.filter(|name| typed == ANY_REASON || typed == *name).collect()
}

/// Sources of a drop-down; the others are found by their address.
const MOST_OFFERED: usize = 300;

/// One question for each column, each without what the ones before have answered.
fn in_any(query: &Query, columns: &[ColumnId], test: &Test) -> Vec<Query> {
    let each = columns.iter().enumerate().map(|(at, column)| {
        let (earlier, test_of_earlier): (Vec<ColumnId>, Test) = (columns[..at].to_vec(), test.clone());
        let mut one = query.clone().with(*column, test.clone());
        if !earlier.is_empty() {
            let before = one.filter.clone();
            one.filter = Some(Arc::new(move |row: &Row| {
                before.as_ref().is_none_or(|before| before(row))
                    && !earlier
                        .iter()
                        .any(|column| row.get(*column).is_some_and(|cell| test_of_earlier.holds(cell)))
            }));
        }
        one
    });
    each.collect()
}

/// `30.11.2026 14:05`, or a day alone; nothing where nothing is typed.
fn instant(text: &str) -> Result<Option<i64>, &'static str> {
    const SHAPE: &str = "Zamanı 30.11.2026 14:05 biçiminde yazın.";
    if text.is_empty() {
        return Ok(None);
    }
    let day = || tr::parse_date(text).map(|day| kernel::Day(day).start().0);
    tr::parse_instant(text).or_else(|_| day()).map(Some).map_err(|_| SHAPE)
}

/// As [`instant`] reads it.
pub(super) fn written(at_us: i64) -> String {
    tr::instant(at_us)
}

/// `10.0.0.5`, `2001:db8::5`, or the beginning `10.0.*`.
fn address(text: &str) -> Result<Option<Address>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some((first, bits)) = text.split_once('/') {
        let octets = first.parse::<std::net::Ipv4Addr>().map_err(|_| RANGE)?.octets();
        let whole = match bits {
            "8" => 1,
            "16" => 2,
            "24" => 3,
            _ => return Err(RANGE),
        };
        return Ok(Some(Address::Begins(octets[..whole].iter().map(|it| format!("{it}.")).collect())));
    }
    if let Some(begin) = text.strip_suffix('*') {
        let is_plain =
            !begin.is_empty() && begin.chars().all(|it| it.is_ascii_hexdigit() || ".:".contains(it));
        return if is_plain { Ok(Some(Address::Begins(begin.into()))) } else { Err(ADDRESS) };
    }
    text.parse::<IpAddr>().map(|ip| Some(Address::One(ip.to_canonical()))).map_err(|_| ADDRESS)
}

const RANGE: &str = "Aralığı 10.10.20.0/24 biçiminde, /8, /16 ya da /24 ile yazın.";
const ADDRESS: &str = "IP adresini 10.0.0.5 biçiminde, bir bölümünü 10.0.* biçiminde yazın.";
