//! Duties of forms and fields.

use crate::*;
use page_check::fragment;

fn one(field: FieldView) -> FormView {
    FormView {
        title: "Yeni birim".into(),
        action: "/birimler".into(),
        csrf: "jeton".into(),
        sections: vec![FormSection { title: String::new(), fields: vec![field], ..FormSection::default() }],
        submit: "Birimi ekle".into(),
        ..FormView::default()
    }
}

fn named(name: &str, kind: Input) -> FieldView {
    FieldView { name: name.into(), label: "Etiket".into(), kind, ..FieldView::default() }
}

#[track_caller]
fn drawn(view: &FormView) -> String {
    let html = form(view).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new(), "{html}");
    html
}

#[test]
fn a_post_carries_its_token_and_the_version_the_person_saw() {
    let html = drawn(&FormView { version: Some("7".into()), ..one(named("ad", Input::Text)) });
    assert!(html.contains("method=\"post\" action=\"/birimler\" novalidate"));
    assert!(html.contains("name=\"csrf\" value=\"jeton\"") && html.contains("name=\"surum\" value=\"7\""));
}

#[test]
fn a_get_form_carries_no_token_and_no_guard() {
    let html = drawn(&FormView { method: "get".into(), ..one(named("ad", Input::Text)) });
    assert!(html.contains("method=\"get\"") && !html.contains("csrf") && !html.contains("data-guard"));
}

#[test]
fn only_the_exception_is_marked() {
    let field = FieldView { optional: true, ..named("ad", Input::Text) };
    assert!(drawn(&one(field)).contains("Etiket <span class=\"optional\">(isteğe bağlı)</span>"));
    assert!(!drawn(&one(named("ad", Input::Text))).contains("isteğe bağlı"));
}

#[test]
fn a_refused_field_keeps_what_was_typed_and_the_summary_leads_to_it() {
    let mut view = one(FieldView {
        value: "31.11.2026".into(),
        hint: "Örneğin 5.11.2026".into(),
        error: Some("Kasım 30 gün çeker.".into()),
        ..named("baslama", Input::Date)
    });
    view.errors = vec![
        FieldError {
            field: "baslama".into(), label: "Başlama".into(), text: "Kasım 30 gün çeker.".into()
        },
        FieldError { field: String::new(), label: String::new(), text: "Norm kadro dolu.".into() },
    ];
    let html = drawn(&view);
    assert!(html.contains("<a href=\"#alan-baslama\">Başlama: Kasım 30 gün çeker.</a>"));
    assert!(html.contains("<li>Norm kadro dolu.</li>"), "a fault of the whole form leads nowhere");
    assert!(html.contains("value=\"31.11.2026\""));
    assert!(html.contains("aria-invalid=\"true\" aria-describedby=\"alan-baslama-ipucu alan-baslama-hata\""));
    assert!(html.find("data-error-summary") < html.find("<h1>"), "the summary comes before the heading");
}

#[test]
fn the_first_choice_of_a_radio_group_takes_the_summary_s_link() {
    let options = vec![Opt::new("memur", "Memur", false), Opt::new("isci", "İşçi", false)];
    let field = FieldView {
        value: "isci".into(),
        error: Some("Seçin.".into()),
        ..named("tur", Input::Radio(options))
    };
    let html = drawn(&one(field));
    assert_eq!(html.matches("id=\"alan-tur\"").count(), 1);
    assert!(html.contains("value=\"isci\" checked"));
    assert!(html.contains("<fieldset class=\"field is-wrong\""));
}

#[test]
fn a_password_is_never_written_back() {
    for new in [true, false] {
        let field = FieldView { value: "gizli".into(), ..named("parola", Input::Password { new }) };
        let html = drawn(&one(field));
        assert!(!html.contains("gizli"));
        assert!(html.contains(if new {
            "autocomplete=\"new-password\""
        } else {
            "autocomplete=\"current-password\""
        }));
    }
}

#[test]
fn numbers_money_and_days_are_typed_as_text_so_that_nothing_is_lost() {
    let cases = [
        (Input::Number, "inputmode=\"numeric\""),
        (Input::Money, "inputmode=\"decimal\""),
        (Input::Date, "placeholder=\"gg.aa.yyyy\""),
        (Input::Email, "type=\"email\""),
        (Input::Phone, "type=\"tel\""),
    ];
    for (kind, expected) in cases {
        let html = drawn(&one(FieldView { value: "1.234,56".into(), ..named("deger", kind) }));
        assert!(html.contains(expected) && html.contains("value=\"1.234,56\""), "{html}");
        assert!(!html.contains("type=\"number\"") && !html.contains("type=\"date\""));
    }
    assert!(drawn(&one(named("tutar", Input::Money))).contains("TL"));
}

#[test]
fn a_combobox_sends_the_choice_and_what_was_typed() {
    let kind = Input::Combobox { source_href: "/birimler/oner".into(), chosen_label: "Ağ Birimi".into() };
    let html = drawn(&one(FieldView { value: "3".into(), ..named("birim", kind) }));
    assert!(html.contains("data-combobox=\"/birimler/oner\""));
    assert!(html.contains("<input type=\"hidden\" name=\"birim\" value=\"3\">"));
    assert!(html.contains("name=\"birim_metin\" value=\"Ağ Birimi\""));
    assert!(html.contains("<label class=\"field-label\" for=\"alan-birim\">"));
}

#[test]
fn every_other_kind_is_labelled_and_named() {
    let opts = || vec![Opt::new("1", "Bir", true)];
    let kinds = [
        Input::LongText { rows: 4 },
        Input::Select(opts()),
        Input::Checkbox,
        Input::File { accept: ".pdf".into(), multiple: true },
        Input::Photo,
    ];
    for kind in kinds {
        let html = drawn(&one(FieldView { max_length: Some(500), ..named("deger[0]", kind) }));
        assert!(html.contains("name=\"deger[0]\"") && html.contains("id=\"alan-deger-0-\""), "{html}");
    }
    let html = drawn(&one(FieldView { value: "evet".into(), ..named("onay", Input::Checkbox) }));
    assert!(html.contains("value=\"evet\" checked"));
}

#[test]
fn a_value_that_is_only_shown_is_not_sent_and_a_hidden_one_is_not_shown() {
    let shown = drawn(&one(FieldView { value: "B-1".into(), ..named("kod", Input::ReadOnly) }));
    assert!(shown.contains("B-1") && !shown.contains("name=\"kod\""));
    let hidden = drawn(&one(FieldView { value: "B-1".into(), ..named("kod", Input::Hidden) }));
    assert!(
        hidden.contains("<input type=\"hidden\" name=\"kod\" value=\"B-1\">") && !hidden.contains("Etiket")
    );
}

#[test]
fn a_conflict_shows_both_values_above_the_kept_form() {
    let mut view = one(FieldView { value: "Mühendis".into(), ..named("unvan", Input::Text) });
    view.conflict = Some(ConflictView {
        by_text: "Derya Aksu, 10.42".into(),
        rows: vec![ConflictRow {
            label: "Unvan".into(),
            yours: "Mühendis".into(),
            theirs: "Tekniker".into(),
        }],
    });
    let html = drawn(&view);
    for (heading, cell) in [("Sizin yazdığınız", "Mühendis"), ("Kayıttaki", "Tekniker")] {
        assert!(html.contains(&format!("data-label=\"{heading}\">{cell}</td>")));
    }
    assert!(html.contains("value=\"Mühendis\"") && html.contains("Derya Aksu, 10.42."));
}

#[test]
fn drafts_files_and_the_way_out_are_said_in_the_form() {
    let view = FormView {
        draft_key: Some("birim-yeni".into()),
        multipart: true,
        cancel_href: Some("/birimler".into()),
        ..one(named("ad", Input::Text))
    };
    let html = drawn(&view);
    assert!(html.contains("enctype=\"multipart/form-data\" data-guard data-draft=\"birim-yeni\""));
    assert!(html.contains("href=\"/birimler\" data-cancel>Vazgeç</a>"));
    assert!(!drawn(&one(named("ad", Input::Text))).contains("enctype"));
}

#[test]
fn a_confirmation_sends_everything_along_and_asks_the_reason() {
    let view = ConfirmView {
        title: "Kapatılsın mı?".into(),
        action: "/toplu".into(),
        csrf: "jeton".into(),
        hidden: vec![("id".into(), "1".into()), ("id".into(), "2".into())],
        reason_label: Some("Gerekçe".into()),
        reason_error: Some("Gerekçe yazın.".into()),
        submit: "Kapat".into(),
        danger: true,
        cancel_href: "/liste".into(),
        ..ConfirmView::default()
    };
    let html = confirm_page(&view).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert_eq!(html.matches("name=\"id\"").count(), 2);
    assert!(html.contains("name=\"gerekce\"") && html.contains("Gerekçe yazın."));
    assert!(html.contains("class=\"btn is-danger\" type=\"submit\">Kapat"));
}

#[test]
fn an_import_marks_the_wrong_cell_and_the_wrong_row() {
    let row = |line, errors| ImportRow {
        line,
        cells: vec!["1".into(), "x".into()],
        outcome: "eklenecek".into(),
        errors,
        remarks: vec![(Some(1), "Tanınmadı.".into())],
    };
    let view = ImportView {
        title: "Aktarım".into(),
        columns: vec!["No".into(), "Gün".into()],
        rows: vec![
            row(2, vec![]),
            row(3, vec![(Some(1), "Gün değil.".into())]),
            row(4, vec![(None, "İki kez yazılmış.".into())]),
            row(5, vec![(Some(9), "Fazla sütun.".into())]),
        ],
        action: "/aktar".into(),
        csrf: "jeton".into(),
        submit: None,
        cancel_href: "/".into(),
        ..ImportView::default()
    };
    let html = import_preview(&view).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(html.contains("<td class=\"is-wrong\">x<p class=\"cell-error\">Gün değil.</p><p class=\"cell-remark\">Tanınmadı.</p></td>"));
    assert!(html.contains("<td>x<p class=\"cell-remark\">Tanınmadı.</p></td>"));
    assert!(html.contains("<li>İki kez yazılmış.</li>"));
    assert!(html.contains("<li>Fazla sütun.</li>"), "a fault beyond the columns is told for the row");
    assert_eq!(html.matches("<tr class=\"is-wrong\">").count(), 3);
    assert_eq!(html.matches("eklenecek").count(), 1);
    assert!(!html.contains("type=\"submit\""), "nothing can be imported");
}

#[test]
fn the_summary_says_the_label_once() {
    let error =
        |label: &str, text: &str| FieldError { field: "ad".into(), label: label.into(), text: text.into() };
    let html =
        error_summary(&[error("Birim adı", "Birim adı boş bırakılamaz."), error("Türü", "Listeden seçin.")]);
    let html = html.into_string();
    assert!(
        html.contains(">Birim adı boş bırakılamaz.</a>") && html.contains(">Türü: Listeden seçin.</a>"),
        "{html}"
    );
}

#[test]
fn what_is_rarely_needed_is_folded_away_and_open_where_something_is_in_it() {
    let section = |title: &str, fold| FormSection { title: title.into(), fold, ..FormSection::default() };
    let view = FormView {
        title: "Yeni yazı".into(),
        sections: vec![section("Ek bilgiler", Fold::Closed), section("İmza", Fold::Open)],
        submit_next: Some("Kaydet ve sıradaki".into()),
        ..FormView::default()
    };
    let html = form(&view).into_string();
    assert!(html.contains("<details class=\"section is-folded\"><summary><h2>Ek bilgiler</h2>"), "{html}");
    assert!(html.contains("<details class=\"section is-folded\" open><summary><h2>İmza</h2>"), "{html}");
    assert!(html.contains("name=\"sonraki\"") && html.contains("aria-keyshortcuts=\"Control+Shift+Enter\""));
}

#[test]
fn a_refusal_on_another_page_leads_to_the_field_in_its_form() {
    let line = FieldError { field: "body".into(), label: "Metin".into(), text: "Bitiş yok.".into() };
    let html = refusal("“İmzaya sun” yapılamadı", "/yazilar/1/duzenle", &[line]).into_string();
    assert!(html.contains("<a href=\"/yazilar/1/duzenle#alan-body\">Metin: Bitiş yok.</a>"), "{html}");
}

#[test]
fn a_question_is_answered_in_a_line_or_with_a_day_where_it_asks_for_that() {
    let asking = |input| ConfirmView {
        reason_label: Some("Yeni son gün".into()),
        reason_input: input,
        reason_hint: "Şimdiki son günden sonra.".into(),
        ..ConfirmView::default()
    };
    let html = confirm_page(&asking(Some(Input::Date))).into_string();
    assert!(html.contains("data-date") && html.contains("Şimdiki son günden sonra."), "{html}");
    assert!(!html.contains("<textarea"), "{html}");
    assert!(confirm_page(&asking(None)).into_string().contains("<textarea"));
}
