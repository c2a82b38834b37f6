//! Steps and doubts as sentences for the person who answers for them. Times are those of Türkiye.

use super::answer::{Doubt, Fact, Step};
use crate::TURKIYE_MINUTES;
use lines::Side;

/// `30.11.2026 14:03:11`.
fn moment(us: i64) -> String {
    let seconds = us.div_euclid(1_000_000).saturating_add(i64::from(TURKIYE_MINUTES) * 60);
    let (year, month, day) = date(seconds.div_euclid(86_400));
    format!("{day:02}.{month:02}.{year} {}", hour(us))
}

pub(super) fn hour(us: i64) -> String {
    let seconds = us.div_euclid(1_000_000).saturating_add(i64::from(TURKIYE_MINUTES) * 60);
    let second = seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// The Gregorian date of a day since 1970, by the algorithm of eras of 400 years.
fn date(day: i64) -> (i64, i64, i64) {
    let shifted = day.saturating_add(719_468);
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let of_era_year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = of_era_year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

fn side((ip, port): Side) -> String {
    match port {
        Some(port) => std::net::SocketAddr::new(ip, port).to_string(),
        None => ip.to_string(),
    }
}

/// `0,4 saniye`, `2 dakika`.
fn length(us: i64) -> String {
    let us = us.max(0);
    match us {
        0..10_000_000 => {
            let tenths = us.saturating_add(50_000) / 100_000;
            match tenths % 10 {
                0 => format!("{} saniye", tenths / 10),
                part => format!("{},{part} saniye", tenths / 10),
            }
        }
        10_000_000..120_000_000 => format!("{} saniye", us / 1_000_000),
        120_000_000..7_200_000_000 => format!("{} dakika", us / 60_000_000),
        _ => format!("{} saat", us / 3_600_000_000),
    }
}

impl Step {
    /// “30.11.2026 14:03:11 ile 14:05:02 arasında”
    fn when(&self) -> String {
        match (self.from_us, self.to_us) {
            (Some(from), Some(to)) => {
                let (from, last) = (moment(from), moment(to));
                let end = if from[..10] == last[..10] { hour(to) } else { last };
                format!("{from} ile {end} arasında")
            }
            (Some(from), None) => format!("{} anından itibaren", moment(from)),
            (None, Some(to)) => format!("{} anına kadar", moment(to)),
            (None, None) => "bilinmeyen bir sürede".to_owned(),
        }
    }

    /// The step as a sentence.
    pub fn sentence_tr(&self) -> String {
        let (when, name) = (self.when(), &self.source_name);
        let by = |session: Option<u64>| match session {
            Some(number) => format!("{name}, bağlantı {number}"),
            None => name.clone(),
        };
        match &self.fact {
            Fact::Translation { outside, inside, other, session, .. } => {
                let target = other.map_or_else(String::new, |it| format!("{} hedefine giderken ", side(it)));
                format!(
                    "{} adresi {when} {target}{} adına çevrildi ({}).",
                    side(*outside),
                    side(*inside),
                    by(*session)
                )
            }
            Fact::Session { src, other, session, .. } => {
                let target = other.map_or_else(
                    || "bağlantı kurdu".to_owned(),
                    |it| format!("{} hedefine bağlandı", side(it)),
                );
                format!("{} adresi {when} çevrilmeden {target} ({}).", side(*src), by(*session))
            }
            Fact::Lease { ip, mac, client_id, host, circuit_id, remote_id } => {
                let client = match (mac, client_id) {
                    (Some(mac), _) => format!("{mac} donanım adresli cihaza"),
                    (None, Some(id)) => format!("{id} kimlikli istemciye"),
                    (None, None) => "donanım adresi yazılmamış bir cihaza".to_owned(),
                };
                let mut about = name.clone();
                for (word, value) in
                    [("cihaz adı", host), ("anahtar", remote_id), ("anahtar kapısı", circuit_id)]
                {
                    if let Some(value) = value {
                        about.push_str(&format!(", {word} {value}"));
                    }
                }
                format!("{ip} adresi {when} {client} verilmişti ({about}).")
            }
            Fact::Login { user, ip, mac, circuit_id, nas } => {
                let place = match (ip, mac) {
                    (Some(ip), _) => format!("{ip} adresinde"),
                    (None, Some(mac)) => format!("{mac} donanım adresli cihazda"),
                    (None, None) => "bu cihazda".to_owned(),
                };
                let mut about = name.clone();
                for (word, value) in [("bağlandığı cihaz", nas), ("kapı", circuit_id)] {
                    if let Some(value) = value {
                        about.push_str(&format!(", {word} {value}"));
                    }
                }
                format!("{user} hesabının {when} {place} oturumu vardı ({about}).")
            }
        }
    }
}

impl Doubt {
    /// The doubt as a sentence.
    pub fn sentence_tr(&self) -> String {
        self.about_session().or_else(|| self.about_device()).unwrap_or_else(|| self.about_record())
    }

    fn about_session(&self) -> Option<String> {
        Some(match self {
            Self::SeveralFit { users, within_us } => format!(
                "Soruya {users} ayrı kullanıcı uyuyor: aynı adres ve kapı, {} olan belirsizlik payı içinde birden \
                 çok kez kullanılmış.",
                length(*within_us)
            ),
            Self::Edge { off_us } => format!(
                "Sorulan an kayıttaki sürenin {} dışında kalıyor; saatlerin belirsizlik payı içinde olduğu için \
                 değerlendirildi.",
                length(*off_us)
            ),
            Self::EndUnknown { next_us: Some(next) } => format!(
                "Bağlantının bitişi kayıtta yok; aynı kapı {} anında yeniden kullanıldığına göre bundan önce bitmiştir.",
                moment(*next)
            ),
            Self::EndUnknown { next_us: None } => {
                "Bağlantının bitişi kayıtta yok; sorulan anda sürüp sürmediği kesin değildir.".to_owned()
            }
            Self::BeginUnknown => "Yalnız bitiş kayıtta var; başlangıç anı bilinmiyor.".to_owned(),
            Self::OtherSideDiffers { found } => {
                format!("Kayıttaki karşı taraf sorulandan farklı: {}.", side(*found))
            }
            Self::OtherSideUnknown => {
                "Kayıt karşı tarafı göstermiyor; sorulan hedefle karşılaştırılamadı.".to_owned()
            }
            Self::NoSession => {
                "Bağlantıyı gösteren bir kayıt yok; yalnız adresin kime verildiği biliniyor.".to_owned()
            }
            Self::TooDeep => {
                "İç içe adres çevirileri izlenen sınırı aşıyor; zincir burada kesildi.".to_owned()
            }
            _ => return None,
        })
    }

    fn about_device(&self) -> Option<String> {
        Some(match self {
            Self::NoLease { ip, before, after } => {
                let mut sentence = format!(
                    "{ip} adresinin o anda dağıtıldığına ilişkin kayıt yok; adres elle verilmiş olabilir."
                );
                if let Some((mac, us)) = before {
                    sentence.push_str(&format!(
                        " Önceki kullanıcısı {mac}, süresi {} anında doldu.",
                        moment(*us)
                    ));
                }
                if let Some((mac, us)) = after {
                    sentence.push_str(&format!(
                        " Adres daha sonra {} anında {mac} cihazına verildi.",
                        moment(*us)
                    ));
                }
                sentence
            }
            Self::OverlappingLeases { ip, clients } => format!(
                "{ip} adresi o anda {clients} ayrı cihaza verilmiş görünüyor; hangisi olduğu kayıttan ayırt edilemedi."
            ),
            Self::LeaseEndUnknown => "Adresin ne zamana kadar verildiği kayıtta yazmıyor.".to_owned(),
            Self::LeaseBeginUnknown => {
                "Adresin geri alındığı görülüyor, ne zaman verildiği kayıtta yok.".to_owned()
            }
            Self::MacDiffers { session, lease } => format!(
                "Bağlantı kaydındaki donanım adresi ({session}) adresin verildiği cihazınkinden ({lease}) farklı; arada \
                 bir yönlendirici bulunabilir ya da adres izinsiz kullanılmış olabilir."
            ),
            Self::UserDiffers { session, login } => {
                format!("Bağlantı kaydındaki hesap ({session}) oturum kaydındakinden ({login}) farklı.")
            }
            Self::SeveralLogins { users } => {
                format!("O sırada {users} ayrı hesabın oturumu açıktı; en son açılan gösteriliyor.")
            }
            _ => return None,
        })
    }

    fn about_record(&self) -> String {
        match self {
            Self::ClockUnknown { within_us, .. } => format!(
                "Kaynağın saatinin ne kadar ileri ya da geri olduğu bilinmiyor; zamanlar {} payla değerlendirildi.",
                length(*within_us)
            ),
            Self::Unread { lines, is_at_least } => format!(
                "O sırada {}{lines} satır kesik gelmiş ya da çözümlenememiş; aranan kayıt bunların arasında olabilir.",
                if *is_at_least { "en az " } else { "" }
            ),
            Self::Gap { source, from_us, to_us } => format!(
                "{source} numaralı kaynaktan {} ile {} arasında kayıt gelmemiş.",
                moment(*from_us),
                moment(*to_us)
            ),
            Self::RowLimit { rows } => {
                format!("Aramada {rows} satırlık sınıra ulaşıldı; bakılmamış kayıt kalmış olabilir.")
            }
            Self::ChainLimit { chains } => {
                format!("Olası kullanıcılardan yalnız ilk {chains} tanesi izlendi.")
            }
            Self::QueryLimit { queries } => {
                format!("Arama {queries} sorguluk sınırda kesildi; bakılmamış kayıt kalmış olabilir.")
            }
            _ => String::new(),
        }
    }
}
