//! An official letter as plain data (Resmî Yazışmalarda Uygulanacak Usul ve Esaslar Hakkında Yönetmelik, 10.06.2020). What must
//! stand in it is its writer's business, how it looks that of `pdf/letter.typ`.

use serde::{Deserialize, Serialize};

/// One letter, as it is kept from the day it goes round. Texts are printed letter by letter; nothing in them is markup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Three lines: "T.C.", the institution, the unit.
    pub heading: Vec<String>,
    /// "E-24312041-702.03-1"; what stands there before there is one is the caller's.
    pub number: String,
    /// dd.mm.yyyy.
    pub date: String,
    /// "Konu".
    pub subject: String,
    /// "ACELE", "GÜNLÜ"; empty for none.
    pub urgency: String,
    /// "HİZMETE ÖZEL", "GİZLİ", "ÇOK GİZLİ"; printed over and under each page; empty for none.
    pub secrecy: String,
    /// To whom, a line each; "DAĞITIM YERLERİNE" where there are several.
    pub addressee: Vec<String>,
    /// "İlgi": the letter before each ("a", "b", "c", "ç"; empty for the only one) and the text.
    pub references: Vec<(String, String)>,
    /// Paragraphs.
    pub body: Vec<String>,
    /// Each signature's lines: name, title.
    pub signatures: Vec<Vec<String>>,
    /// "OLUR": date, name and title of who consents, below the text in the middle.
    pub consent: Vec<String>,
    /// "Ek:" lines.
    pub annexes: Vec<String>,
    /// "Gereği:" lines; with `to_information` empty they stand right under "Dağıtım:".
    pub to_action: Vec<String>,
    /// "Bilgi:" lines.
    pub to_information: Vec<String>,
    /// Who initialled, a line each: day, title, name.
    pub initials: Vec<String>,
    /// Said above the heading in a frame: that this is a draft, or signed with a trial key.
    pub mark: String,
    /// How the reader can check it; `None` on a letter that is signed by hand.
    pub verification: Option<Verification>,
    /// Address, telephone, e-mail, page, KEP, whom to ask: lines of the foot.
    pub contact: Vec<String>,
}

/// What the foot says of checking.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// "Bu belge, güvenli elektronik imza ile imzalanmıştır."
    pub sentence: String,
    pub code: String,
    /// Where the code is typed, and what the QR code leads to.
    pub address: String,
    pub link: String,
}

impl Letter {
    pub(crate) fn bytes(&self) -> usize {
        let lines =
            [&self.heading, &self.addressee, &self.body, &self.consent, &self.annexes, &self.to_action]
                .into_iter()
                .chain([&self.to_information, &self.initials, &self.contact])
                .chain(&self.signatures)
                .flatten();
        let references = self.references.iter().map(|(letter, text)| letter.len() + text.len());
        lines.map(String::len).sum::<usize>()
            + references.sum::<usize>()
            + self.subject.len()
            + self.number.len()
    }
}
