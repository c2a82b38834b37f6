//! The number of a letter (sayı): `E-24312041-702.03-12`. What stands last runs from 1 without a gap in one series a year for
//! everything that is signed, whichever book it enters: two letters of one year never have the same, so that the whole number
//! names one of them. `belde verify` counts the series. The next year begins anew, as the letter's date tells.

use kernel::db::Sql;
use kernel::number::{self, Book};
use kernel::record::Record;
use kernel::setting::Settings;
use kernel::{Result, Tx};

use super::{DETSIS, ELECTRONIC, PAPER, store, verbs};
use crate::unit_contact;

/// Where the numbers come from.
const SERIES: &str = "letter";

/// For `belde verify`.
pub(super) const BOOK: Book = Book {
    series: SERIES,
    name_tr: "Yazı sayıları",
    table: "letter",
    year: "number_year",
    number: "number_in_year",
    only_where: "number_in_year > 0",
};

/// What a letter got.
pub(super) struct Sayi {
    pub year: i64,
    /// Place in the series.
    pub in_year: i64,
    /// As it is written.
    pub text: String,
}

/// The next one, in the transaction of the last signature: what is not signed gives it back.
pub(super) async fn give(tx: &Tx, letter: &Record) -> Result<Sayi> {
    let year = tx.at().day().0.year();
    let in_year = number::next(tx, SERIES, year).await?;
    // Before the series was one, letters had the numbers of their books; in the year of the change it goes on above them.
    let above = store::last_of_books(tx, year.into()).await?;
    let text = format!("{}{}", stem(tx, letter).await?, above + in_year);
    Ok(Sayi { year: year.into(), in_year, text })
}

/// The unit's own number in the state's register; where it has none, the municipality's.
pub(super) async fn detsis(db: &impl Sql, letter: &Record, settings: &Settings) -> Result<String> {
    let unit = letter.get("unit_id").id().unwrap_or_default();
    let own = unit_contact::store::of(db, unit).await?.map(|contact| contact.detsis).unwrap_or_default();
    Ok(if own.is_empty() { settings.text(DETSIS) } else { own })
}

/// `E-24312041-702.03-`: how it was signed, the institution, the code of the file plan.
async fn stem(tx: &Tx, letter: &Record) -> Result<String> {
    let settings = verbs::settings(tx).await?;
    let prefix = settings.text(if letter.get("medium").text() == "electronic" { ELECTRONIC } else { PAPER });
    let code = match letter.get("file_code_id").id() {
        Some(code) => store::file_code(tx, code).await?,
        None => String::new(),
    };
    Ok(format!("{prefix}-{}-{code}-", detsis(tx, letter, &settings).await?))
}
