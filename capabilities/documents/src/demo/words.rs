//! What the entries of the register for trials of size say: sentences put together by place, so that some words stand in
//! nearly every text, some in a few, and the same place always says the same.

const SENTENCES: [&str; 20] = [
    "{konu} hakkındaki yazınız ilgili birim tarafından incelenmiştir.",
    "{yer} Mahallesi {no}. Sokak için yerinde inceleme yapılması gerekmektedir.",
    "Konuya ilişkin bilgi ve belgelerin {gün} iş günü içinde gönderilmesini rica ederim.",
    "Başvuru sahibinin dilekçesi ekte sunulmuştur.",
    "Çalışma programına alınan işler için bütçede ödenek bulunmaktadır.",
    "{yer} hizmet binasındaki ağ donanımı yenilenecektir.",
    "Encümenin {no} sayılı kararı uyarınca işlem yapılmıştır.",
    "Meclis toplantısında görüşülen teklif komisyona havale edilmiştir.",
    "İhale dokümanı ve teknik şartname hazırlanarak mali hizmetlere gönderilmiştir.",
    "{yer} parkındaki aydınlatma direkleri arızalıdır.",
    "Personelin eğitime katılımı için gerekli izinler verilmiştir.",
    "Araç takip kayıtlarının {gün} günlük dökümü istenmektedir.",
    "Sözleşme süresi {gün} gün uzatılmış, teminat mektubu alınmıştır.",
    "Kamera görüntüleri {no} numaralı tutanakla teslim edilmiştir.",
    "Ruhsat dosyasında eksik görülen belgeler tamamlanmalıdır.",
    "Zabıta denetiminde saptanan aykırılıklar tutanağa bağlanmıştır.",
    "Yedekleme ünitesi için bakım anlaşması yapılması uygun görülmüştür.",
    "Kanalizasyon hattındaki tıkanıklık {gün} saat içinde giderilmiştir.",
    "Deprem toplanma alanlarının listesi güncellenmiştir.",
    "Gereğini bilgilerinize arz ederim.",
];

const PLACES: [&str; 16] = [
    "Merkez",
    "Yeni",
    "Cumhuriyet",
    "Fatih",
    "Zafer",
    "Bahçelievler",
    "İstasyon",
    "Kale",
    "Çamlık",
    "Gülveren",
    "Yıldız",
    "Karşıyaka",
    "Sanayi",
    "Dere",
    "Pınarbaşı",
    "Zeytinlik",
];

/// Three to ten sentences.
pub(super) fn text(place: usize, subject: &str) -> String {
    let mut dice = place as u64 ^ 0x5851_f42d_4c95_7f2d;
    // The smaller of two throws: what stands first in the lists is said more often, as words are.
    let mut throw = |sides: usize| {
        let mut once = || {
            dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (dice >> 33) as usize % sides
        };
        once().min(once())
    };
    let count = 3 + throw(8);
    let said = (0..count).map(|_| {
        let sentence = SENTENCES[throw(SENTENCES.len())];
        let sentence = sentence.replace("{konu}", subject).replace("{yer}", PLACES[throw(PLACES.len())]);
        sentence
            .replace("{no}", &(1 + throw(9_000)).to_string())
            .replace("{gün}", &(1 + throw(90)).to_string())
    });
    said.collect::<Vec<_>>().join(" ")
}
