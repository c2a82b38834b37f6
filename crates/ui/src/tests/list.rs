//! Duties of the list screen.

use crate::*;
use page_check::fragment;

fn head(label: &str) -> Head {
    Head { label: label.into(), ..Head::default() }
}

fn row(id: &str, cells: Vec<Cell>) -> Row {
    Row { id: id.into(), href: format!("/kayit/{id}"), cells, selected_label: format!("{id} kaydını seç") }
}

fn small_list() -> ListView {
    ListView {
        title: "Birimler".into(),
        count_text: "2".into(),
        path: "/birimler".into(),
        columns: vec![head("Kod"), head("Ad")],
        rows: vec![
            row("1", vec![Cell::Text("B-1".into()), Cell::Text("Ağ".into())]),
            row("2", vec![Cell::Text("B-2".into()), Cell::Empty]),
        ],
        pager: Pager { range_text: "1–2 / 2 kayıt".into(), ..Pager::default() },
        ..ListView::default()
    }
}

#[track_caller]
fn drawn(view: &ListView) -> String {
    let html = list(view, "jeton").into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    html
}

#[test]
fn the_first_cell_is_the_row_header_and_the_way_to_the_record() {
    let html = drawn(&small_list());
    assert!(html.contains("<th class=\"number is-code\" scope=\"row\"><a href=\"/kayit/1\">B-1</a></th>"));
    assert!(!html.contains("<td class=\"c-text\" data-label=\"Kod\""));
}

#[test]
fn an_unknown_value_stays_blank_because_a_dash_is_read_aloud() {
    assert!(drawn(&small_list()).contains("<td class=\"c-empty\" data-label=\"Ad\"></td>"));
}

#[test]
fn a_list_without_bulk_actions_has_no_form_and_no_boxes() {
    let html = drawn(&small_list());
    assert!(!html.contains("<form") && !html.contains("type=\"checkbox\""));
}

#[test]
fn bulk_actions_are_buttons_of_one_guarded_form() {
    let action = |verb: &str, needs_reason| BulkAction {
        verb: verb.into(),
        label: "Kapat".into(),
        needs_reason,
        ..BulkAction::default()
    };
    let view = ListView {
        bulk: vec![
            action("kapat", false),
            action("iptal", true),
            BulkAction { action: Some("/birimler/e-imzala".into()), ..action("e-imzala", false) },
        ],
        bulk_action_path: "/birimler/toplu".into(),
        all_matching_count: Some("1.240".into()),
        ..small_list()
    };
    let html = drawn(&view);
    assert!(html.contains("<form id=\"toplu\" method=\"post\" action=\"/birimler/toplu\""));
    assert!(html.contains("name=\"csrf\" value=\"jeton\""));
    assert_eq!(html.matches("formaction=").count(), 1, "the others go where the form goes");
    assert!(html.contains("formaction=\"/birimler/e-imzala\""));
    assert_eq!(html.matches("name=\"id\"").count(), 2, "a box per row");
    assert!(html.contains("form=\"toplu\" name=\"eylem\" value=\"kapat\">Kapat</button>"));
    assert!(html.contains("value=\"iptal\">Kapat…</button>"), "a reason is asked on the next page");
    assert!(
        html.contains("süzgece uyan 1.240 kaydın tümünü seç")
            && html.contains("name=\"tumu\" value=\"evet\"")
    );
    assert!(html.contains("aria-label=\"2 kaydını seç\""));
}

#[test]
fn sorting_is_a_link_and_says_its_direction() {
    let sorted =
        |state| Head { sort: Some(SortLink { href: "/birimler?sirala=ad".into(), state }), ..head("Ad") };
    for (state, expected) in [
        (Direction::Ascending, "aria-sort=\"ascending\""),
        (Direction::Descending, "aria-sort=\"descending\""),
    ] {
        let view = ListView { columns: vec![head("Kod"), sorted(state)], ..small_list() };
        assert!(drawn(&view).contains(&format!(
            "<th scope=\"col\" {expected}><a class=\"sort\" href=\"/birimler?sirala=ad\">Ad"
        )));
    }
    let view = ListView { columns: vec![head("Kod"), sorted(Direction::None)], ..small_list() };
    assert!(!drawn(&view).contains("aria-sort"), "only the sorted column says so");
}

#[test]
fn the_sixth_filter_waits_behind_a_fold_unless_it_is_wrong() {
    let filter = |number: usize| FilterView {
        name: format!("s{number}"),
        label: format!("Süzgeç {number}"),
        ..FilterView::default()
    };
    let mut view = ListView { filters: (1..=6).map(filter).collect(), ..small_list() };
    let html = drawn(&view);
    let (shown, folded) = html.split_once("<details class=\"more\">").expect("a closed fold");
    assert!(
        shown.contains("name=\"s5\"") && !shown.contains("name=\"s6\"") && folded.contains("name=\"s6\"")
    );
    view.filters[5].error = Some("Böyle bir değer yok.".into());
    assert!(drawn(&view).contains("<details class=\"more\" open>"), "a fault is not hidden");
}

#[test]
fn what_was_typed_into_a_filter_is_kept_with_its_fault() {
    let dates = FilterView {
        name: "acilis".into(),
        label: "Açılış".into(),
        kind: FilterKind::DateRange { from: "31.2.2026".into(), to: "5.11.2026".into() },
        error: Some("Şubat ayı 28 gün çeker.".into()),
        ..FilterView::default()
    };
    let html = drawn(&ListView { filters: vec![dates], ..small_list() });
    assert!(
        html.contains("name=\"acilis_bas\" value=\"31.2.2026\"")
            && html.contains("name=\"acilis_son\" value=\"5.11.2026\"")
    );
    assert!(html.contains("aria-invalid=\"true\" aria-describedby=\"suzgec-acilis-hata\""));
    assert!(html.contains("Şubat ayı 28 gün çeker."));
}

#[test]
fn yes_and_no_and_choices_offer_no_filter_first() {
    let yes_no = FilterView {
        name: "etkin".into(),
        kind: FilterKind::YesNo,
        value: "hayir".into(),
        label: "Etkin".into(),
        error: None,
    };
    let own = vec![Opt::new("", "hepsi", true), Opt::new("a", "A", false)];
    let choice = FilterView {
        name: "tur".into(),
        label: "Tür".into(),
        kind: FilterKind::Choice(own),
        ..FilterView::default()
    };
    let html = drawn(&ListView { filters: vec![yes_no, choice], ..small_list() });
    assert!(html.contains("<option value=\"\">tümü</option><option value=\"evet\">evet</option><option value=\"hayir\" selected>hayır</option>"));
    assert!(
        html.contains("<select id=\"suzgec-tur\" name=\"tur\"><option value=\"\" selected>hepsi</option>"),
        "the caller’s own words win"
    );
}

#[test]
fn the_filter_form_keeps_the_rest_of_the_address() {
    let view = ListView {
        keep: vec![("sirala".into(), "-ad".into())],
        search: Some(SearchBox { name: "ara".into(), value: "a\"b<c".into(), hint: "Ad".into() }),
        ..small_list()
    };
    let html = drawn(&view);
    assert!(html.contains("<input type=\"hidden\" name=\"sirala\" value=\"-ad\">"));
    assert!(html.contains("value=\"a&quot;b&lt;c\""), "what was typed is shown, never run");
    assert!(html.contains("method=\"get\" action=\"/birimler\""));
}

#[test]
fn a_filter_in_force_is_a_chip_that_takes_it_away() {
    let view = ListView {
        chips: vec![Chip { label: "Durum: açık".into(), remove_href: "/birimler?".into() }],
        clear_href: "/birimler".into(),
        ..small_list()
    };
    let html = drawn(&view);
    assert!(html.contains("<a class=\"chip\" href=\"/birimler?\"><span>Durum: açık</span><span class=\"visually-hidden\"> süzgecini kaldır</span>"));
    assert!(html.contains("href=\"/birimler\">Tümünü temizle</a>"));
}

#[test]
fn an_empty_list_says_why_and_what_next() {
    let view = ListView {
        rows: Vec::new(),
        bulk: vec![BulkAction::default()],
        empty: Empty {
            text: "Henüz birim yok.".into(),
            action: Some(Link::new("Birim ekle", "/birimler/yeni")),
        },
        ..small_list()
    };
    let html = drawn(&view);
    assert!(html.contains("Henüz birim yok.") && html.contains("href=\"/birimler/yeni\">Birim ekle</a>"));
    assert!(!html.contains("<table") && !html.contains("class=\"bulk\""), "nothing can be selected");
    assert!(!html.contains("class=\"pager\""), "there is nothing to turn over");
}

#[test]
fn pages_columns_exports_and_saved_views_are_reached_without_script() {
    let view = ListView {
        pager: Pager {
            range_text: "26–50 / 1.000+".into(),
            prev_href: Some("/b?once=1".into()),
            next_href: Some("/b?sonra=2".into()),
            sizes: vec![PageSize { link: Link::new("25", "/b?boy=25"), current: true }],
        },
        exports: vec![Link::new("CSV", "/b.csv")],
        columns_form: Some(ColumnsForm {
            action: "/b".into(),
            keep: vec![("durum".into(), "acik".into())],
            columns: vec![ColumnChoice { name: "ad".into(), label: "Ad".into(), chosen: true }],
        }),
        save_view: Some(SaveView {
            action: "/gorunumler".into(),
            query: "durum=acik".into(),
            audiences: vec![Opt::new("ben", "Yalnız ben", true), Opt::new("birim", "Birimim", false)],
            manage_href: Some("/gorunumler".into()),
        }),
        print_href: Some("/b/yazdir".into()),
        ..small_list()
    };
    let html = drawn(&view);
    for part in [
        "rel=\"prev\" href=\"/b?once=1\"",
        "rel=\"next\" href=\"/b?sonra=2\"",
        "<a href=\"/b?boy=25\" aria-current=\"true\">25</a>",
        "href=\"/b.csv\" download",
        "name=\"sutun\" value=\"ad\" checked",
        "name=\"sorgu\" value=\"durum=acik\"",
        "href=\"/b/yazdir\">Yazdır</a>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

#[test]
fn a_table_is_a_named_region_that_the_keyboard_reaches_without_script() {
    let html = drawn(&small_list());
    assert!(html.contains("class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label="), "{html}");
}

#[test]
fn hostile_text_in_a_cell_is_text() {
    let evil = "<script>alert(1)</script>";
    let view = ListView {
        rows: vec![row("1", vec![Cell::Text(evil.into()), Cell::Muted(evil.into())])],
        ..small_list()
    };
    let html = list(&view, "jeton").into_string();
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
}
