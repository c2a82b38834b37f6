//! Invented regulations, one for each defect real ones have, and a way to spoil them further.

/// Clean text in the drafting of ministries: headings above, numbered paragraphs, Turkish letters, roman sub-clauses.
pub const CLEAN: &str = "T.C.
KUMKÖY BELEDİYESİ
PARK VE BAHÇELER MÜDÜRLÜĞÜ YÖNETMELİĞİ

BİRİNCİ BÖLÜM
Amaç, Tanımlar ve İlkeler

Amaç
MADDE 1- (1) Bu Yönetmeliğin amacı, fidanların bakımına ilişkin esasları düzenlemektir.

Tanımlar
MADDE 2- (1) Bu Yönetmelikte geçen;
a) Başkan: Kumköy Belediye Başkanını,
b) Fidanlık : Müdürlüğün ağaç yetiştirdiği yeri,
c) Müdürlük: Park ve Bahçeler Müdürlüğünü,
ç) Sera: Isıtılan kapalı alanı ifade eder.

Temel ilkeler
MADDE 3- (1) Müdürlük;
a) Suyun tutumlu kullanılması,
b) Yerli türlerin yeğlenmesi, ilkelerine uyar.

İKİNCİ BÖLÜM
Teşkilat ve Görevler

Teşkilat
MADDE 4- (1) Müdürlüğün teşkilatı şöyledir:
a) Sera Şefliği:
1) Tohum Bürosu
2) Saksı Bürosu
b) Fidanlık Servisi
c) Yazı İşleri Bürosu

Kadro
MADDE 5- (1) Müdürlükte görev yapanların unvan ve sayıları şöyledir:
a) Müdür 1
b) Şef 2
c) Bahçıvan: 14

Görevler
MADDE 6- (1) Müdürlüğün görevleri şunlardır:
a) Parkları sulamak,
b) Aşağıdaki bakım işlerini yapmak:
i. Budama,
ii. Gübreleme,
iii. İlaçlama,
c) Çiçek dikmek,
ç) Oyun yerlerini denetlemek.
(2) Müdürlük, görevlerini yıllık izlenceye göre yürütür.

ÜÇÜNCÜ BÖLÜM
Son Hükümler

Yürürlükten kaldırılan yönetmelik
MADDE 7- (1) 02.03.2011 tarihli ve 14 sayılı meclis kararıyla kabul edilen Bahçe Yönetmeliği yürürlükten kaldırılmıştır.

Yürürlük
MADDE 8- (1) Bu Yönetmelik ilan edildiği tarihte yürürlüğe girer.

Yürütme
MADDE 9- (1) Bu Yönetmelik hükümlerini Başkan yürütür.
";

/// Letterheads and page numbers in the middle of sentences, letters lost for bullets, `ı` printed as `i`, bold clauses.
pub const PAGED: &str = "T.C.
YAYLAPINAR BELEDİYESİ
SU İŞLERİ MÜDÜRLÜĞÜ
**ÇALIŞMA YÖNETMELİĞİ**

## BİRİNCİ BÖLÜM Genel Hükümler

#### Görev alanı

**MADDE 1-** Müdürlüğün görev alanı şudur.

- Kuyuları açmak,
- Boruları döşemek ve
- Sayaçları okumak,

T.C.
YAYLAPINAR BELEDİYESİ
SU İŞLERİ MÜDÜRLÜĞÜ
ÇALIŞMA YÖNETMELİĞİ

- e) Depoları doldurmak, taşan suyu

T.C.
YAYLAPINAR BELEDİYESİ
SU İŞLERİ MÜDÜRLÜĞÜ
ÇALIŞMA YÖNETMELİĞİ

dereye vermek,
- f) Vanaları yağlamak,
- g) Pompaları denemek,
- h) Sızıntıyı aramak,
- i) Klor ölçmek,
- i) Arıza gidermek,
- j) Su kesintisini duyurmak.

**Yürütme ve**
**çalışma düzeni:**

##### **MADDE 2**

- a) **İşin alınması:** Gelen iş deftere yazılır.
- b) **İşin bitişi:** Biten iş deftere işlenir.

**(2) Öbür birimlerle işbirliği**

Birimler arasındaki yazışma Müdürün parafıyla yapılır.
";

/// Headings after or beside the number, bullets lost to `[image: ]`, several clauses on one line.
pub const BULLETS: &str = "T.C
TEPEÖREN BELEDİYE BAŞKANLIĞI
ULAŞIM MÜDÜRLÜĞÜ YÖNETMELİĞİ

BİRİNCİ BÖLÜM
Amaç ve Tanımlar

Amaç: MADDE 1

Bu yönetmeliğin amacı, yolların işaretlenmesini düzenlemektir.

Tanımlar: MADDE 2

Bu yönetmelikte geçen;
[image: ]Belediye: Tepeören Belediyesi’ni
Büyük Yol: Dört şeritli yolu’nu Başkan: Belediye Başkanı’nı
Başkan Yardımcısı: Belediye Başkan Yardımcısı’nı Müdürlük: Ulaşım Müdürlüğü’nü
[image: ]   Levha: Yol kıyısındaki işareti ifade eder.

GÖREV UNVANI : Çizgi Ustası
Görev ve Yetkisi:
MADDE 3

[image: ]  Yolları çizmek, Levhaları dikmek,
Durakları boyamak,
[image: ][image: ] Kavşakları
ölçmek ve raporlamak,
•   http://www.tepeoren.example adresindeki haritayı güncellemek,
[bookmark: _GoBack][image: ]Işıkları onarmak.

GÖREV UNVANI : Yol Bekçisi
Görev ve Yetkisi:
MADDE 4

• Yolları gezer, çukurları yazar,
• Kar yağınca haber verir. Gece de gezer.
";

/// Numbered articles of one part of a long text, OCR throughout: letters misread, alone, in columns, after their text.
pub const SCANNED: &str = "YEDINCi BOLUM

BASIN ISLERI MUDURLUGU
YEDINCi BOLUM

Basin isleri Miidiirliigii

Kurulus

MADDE 7.1. Miidiirliik, meclis karariyla kurulmustur.

Tammlar

MADDE 7.2. Bu bolumdeki kavramlar asagidadir.
Miidiirliik : Basin Isleri Miidiirliigii
Biilten : Aylik gazete

Gorevler
MADDE 7.3. Miidiirliigiin gorevleri asagida siralanmistir.

7.3.1. Biilteni hazirlamak.

7.3.2. Fotograflarla ilgili olarak;
a. Fotograf cekmek,
b. Cekilenleri saklamak,
C. Basim icin secmek.

7.3.3. Duyurular kapsaminda;

Duyuruyu kaleme almak,

a.
b. Duyuruyu asmak,

o

Duyuruyu kaldirmak,
d. Sonucu yazmak,

€. Asilan duyurulari saymak.

Dayanak
MADDE 7.4. Miidiirliik asagidaki mevzuata uyar.

a. 10 sayili Basim Kanunu,
b. 11 sayili Afis Kanunu,
c. 12 sayili Kagit Kanunu, d. 13 sayili Duvar
Kanunu,

. 14 sayili Boya Kanunu,

15 sayili Firca Kanunu,
16 sayili Merdiven Kanunu,

h. 17 sayili Ses Kanunu,

e9
f
g.

i. Genel yazilar,
";

/// No MADDE at all: numbers instead, one empty line after every line, letters up to `bb`, inner headings.
pub const NUMBERED: &str = "

DEREBOYU BELEDİYE BAŞKANLIĞI

TEMİZLİK MÜDÜRLÜĞÜ

(İÇ YÖNETMELİK)



1. GENEL HÜKÜMLER



1.1. KAPSAM



Bu iç yönetmelik, temizlik işlerinin görülmesine

ilişkin esasları kapsar.



1.2. TEŞKİLAT

1.2.1 Müdürlüğün teşkilatı şöyledir;

a) Süpürme Ekibi

b) Yıkama Servisi

1.2.2. Müdürlüğün personeli şöyledir;

a) Şoför

b) Süpürgeci



2. GÖREVLER



Müdürlük, sokakların temiz tutulmasından sorumludur.



y) Sokakları süpürmek ve çöp

kutularını boşaltmak,

z) Pazarı yıkamak,

aa) Molozu kaldırmak,

bb) Kışın tuz dökmek.



SORUMLULUK



Müdürlük, işlerini günü gününe yapar.



3. KABUL



Bu yönetmelik kabul edildiği tarihte yürürlüğe girmiştir.



3.1. YÜRÜTME



Bu yönetmeliği Başkan yürütür.
";

/// All of them.
pub const ALL: [&str; 6] = [CLEAN, PAGED, BULLETS, SCANNED, NUMBERED, OLD];

/// Older drafting: headings in capitals, `Madde 4:`, paragraphs as `1-`, clauses as `a-`, a staffing table behind the end.
pub const OLD: &str = "KIYIKENT BELEDİYESİ
ZABITA MÜDÜRLÜĞÜ YÖNETMELİĞİ

BİRİNCİ KISIM
GENEL HÜKÜMLER

AMAÇ
Madde 1: Bu yönetmeliğin amacı Zabıta Müdürlüğünün yetki ve so-
rumluluklarını belirlemektir.

KURULUŞ
Madde 2:
1- Müdürlük, bir müdür ile aşağıdaki bürolardan oluşur.
a- Ruhsat Bürosu
b- Denetim Bürosu
2- Büroların başında bir şef bulunur.

GÖREVLER
Madde 3: Müdürlüğün görevleri şunlardır:
1. Pazar yerlerini denetlemek.
2. İşyeri ruhsatlarını incelemek, 12 sayılı Kanunun
15. maddesine göre işlem yapmak.
3. Dilencileri men etmek;
   3.1. Tutanak tutmak.
   3.2. Emanete almak.
4. Gürültüyü önlemek:
a) gündüz:
1) korna,
2) hoparlör:
aa) satıcı,
bb) düğün,
3) inşaat,
b) gece.

Sayfa 1 / 2
MADDE 4 - YÜRÜRLÜK
Bu yönetmelik kabul edilip ilan edildiği tarihte yürürlüğe girer.

Geçici Madde 1 – Eski ruhsatlar geçerlidir.

Madde 5 – Bu yönetmeliği Başkan yürütür.

EK-1 NORM KADRO CETVELİ
UNVAN            SAYI
Müdür            1
Zabıta Memuru    24
Toplam           25
";
