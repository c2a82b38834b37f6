"""Short letters to a municipality as PDF files with a text layer, the same for every number: for Mayan's fill.py, and for
whoever wants the same papers in Belde: `python3 letters.py FOLDER COUNT [FIRST]` writes them as files."""

import pathlib
import sys

MATTERS = [
    ("Yol bakımı", "Sokağımızdaki kaldırım taşları yerinden oynadı, yağmurda su birikiyor."),
    ("Su faturası", "Geçen ayın su faturası öncekilerin üç katı geldi, sayacın okunmasını istiyorum."),
    ("Park ve bahçeler", "Parktaki salıncakların zinciri koptu, çocuklar için tehlikeli oldu."),
    ("İmar durumu", "Parselimin imar durumunu gösteren belgeye ihtiyacım var."),
    ("Ruhsat yenileme", "İşyerimin ruhsatı bu yıl doluyor, yenilenmesi için gerekenleri sunuyorum."),
    ("Gürültü", "Gece yarısından sonra çalışan işyeri mahalleliyi uyutmuyor."),
    ("Çöp toplama", "Konteynerler iki gündür boşaltılmadı, koku ve sinek arttı."),
    ("Aydınlatma", "Direkteki lamba bir haftadır yanmıyor, akşamları göz gözü görmüyor."),
]
QUARTERS = ["Yenimahalle", "Çınarlı", "Gülbahçe", "Şirinevler", "Bağlarbaşı", "İstiklal", "Ördekli", "Kuşçular", "Ilıca"]
ENDINGS = [
    "Yerinde incelenmesini ve sonucun bana bildirilmesini saygılarımla arz ederim.",
    "Daha önce telefonla da bildirmiştim, bir karşılık alamadım.",
    "Ekte fotoğraf bulunmaktadır, gereğinin yapılmasını dilerim.",
    "Komşularımla birlikte imzaladığımız dilekçe ektedir.",
]
# The word that one letter in a hundred has, and what is searched for.
RARE = "Heyelan"


def text(number):
    """The lines of a letter; the first is its subject."""
    subject, matter = MATTERS[number % len(MATTERS)]
    quarter = QUARTERS[number // 3 % len(QUARTERS)]
    lines = [
        subject,
        f"Sayı: E-{number:06} Konu: {subject}",
        "Belediye Başkanlığına",
        f"{quarter} Mahallesi {number % 211 + 1}. Sokak No {number % 97 + 1} adresinde oturuyorum.",
        matter,
        ENDINGS[number // 7 % len(ENDINGS)],
        MATTERS[number // 5 % len(MATTERS)][1],
    ]
    if number % 100 == 0:
        lines.append(f"{RARE} tehlikesi bulunan yamaç evimize çok yakın.")
    return lines + [ENDINGS[number // 11 % len(ENDINGS)], f"Ad soyad: Dilekçi {number % 1009}"]


def pdf(number):
    """One page in Helvetica; the Turkish letters of code page 1254 are named by their glyphs."""
    signs = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})
    shown = b"".join(b"(" + line.translate(signs).encode("cp1254") + b") Tj T*\n" for line in text(number))
    content = b"BT /F1 11 Tf 16 TL 56 780 Td\n" + shown + b"ET\n"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%sendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding"
        b" /Differences [208 /Gbreve 221 /Idotaccent /Scedilla 240 /gbreve 253 /dotlessi /scedilla] >> >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for place, written in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (place, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + end + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


if __name__ == "__main__":
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        (folder / f"dilekce-{number:06}.pdf").write_bytes(pdf(number))
