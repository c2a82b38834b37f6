//! Texts that a review reads: who may do what, and every route with what it asks. They are committed, so that a change
//! is seen; `BELDE_BLESS=1 cargo test --workspace --bin belde committed` writes them anew.

use web::Allow;

/// Compares a page of `docs/` with what the product says now.
fn compare(name: &str, now: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("BELDE_BLESS").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == now,
        "docs/{name} is not what the product says; write it anew and look at the difference"
    );
}

#[test]
fn the_committed_matrix_of_powers_is_the_one_in_force() {
    compare("permissions.txt", &access::roles::matrix_text(&crate::capabilities::registry()));
}

#[test]
fn the_committed_list_of_routes_names_each_with_what_it_asks() {
    let mut lines: Vec<String> = crate::capabilities::routes()
        .0
        .iter()
        .map(|route| {
            let asks = match route.allow {
                Allow::Public => "public",
                Allow::SignedIn => "signed-in",
                Allow::Permission(code) => code,
            };
            format!("{} {} {asks}", route.method, route.path)
        })
        .collect();
    lines.sort();
    compare("routes.txt", &(lines.join("\n") + "\n"));
}
