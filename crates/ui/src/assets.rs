//! The files the browser asks for: one style sheet, one script and one more for the camera, one icon, embedded in the binary.
//! Serving them (and caching headers) is the web crate's work.

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// One embedded file. Its path carries a hash of its content, so it may be cached for ever.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Absolute path on the site, such as `/varlik/belde-0123456789abcdef.css`.
    pub path: &'static str,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The bytes to send.
    pub body: &'static [u8],
    /// Strong entity tag with its quotes.
    pub etag: &'static str,
}

static ASSETS: [Asset; 4] = [
    Asset { path: STYLE_PATH, content_type: "text/css; charset=utf-8", body: STYLE_BODY, etag: STYLE_ETAG },
    Asset {
        path: SCRIPT_PATH,
        content_type: "text/javascript; charset=utf-8",
        body: SCRIPT_BODY,
        etag: SCRIPT_ETAG,
    },
    Asset {
        path: COUNT_PATH,
        content_type: "text/javascript; charset=utf-8",
        body: COUNT_BODY,
        etag: COUNT_ETAG,
    },
    Asset { path: ICON_PATH, content_type: "image/svg+xml", body: ICON_BODY, etag: ICON_ETAG },
];

/// Every embedded file; the web crate makes one route per entry.
pub fn assets() -> &'static [Asset] {
    &ASSETS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> &'static str {
        let asset = assets().iter().find(|asset| asset.path == path).expect("the asset is in the table");
        std::str::from_utf8(asset.body).expect("assets are UTF-8")
    }

    #[test]
    fn paths_carry_the_hash_that_the_entity_tag_carries() {
        for asset in assets() {
            let hash = asset.etag.trim_matches('"');
            assert_eq!(hash.len(), 16, "{}", asset.path);
            assert!(asset.path.starts_with("/varlik/") && asset.path.contains(hash), "{}", asset.path);
        }
    }

    #[test]
    fn the_style_sheet_declares_its_layers_in_order_and_asks_no_other_host() {
        let css = text(STYLE_PATH);
        assert!(css.starts_with("@layer reset,tokens,base,layout,components,utilities,print;"));
        assert!(!css.contains("http://") && !css.contains("https://") && !css.contains("@import"));
    }

    #[test]
    fn the_script_holds_htmx_and_keeps_no_page_in_the_browser() {
        let script = text(SCRIPT_PATH);
        assert!(script.contains("HX-Request"), "htmx is bundled");
        assert!(script.contains("historyCacheSize:0"));
        assert!(script.contains("allowEval:!1"));
    }

    #[test]
    fn the_first_visit_costs_little_on_a_village_line() {
        let first = assets().iter().filter(|asset| asset.path != COUNT_PATH);
        let total: usize = first.map(|asset| asset.body.len()).sum();
        assert!(total < 160 * 1024, "style, script and icon are {total} bytes");
        assert!(KEEPER_BODY.len() < 4 * 1024, "the keeper of the page is {} bytes", KEEPER_BODY.len());
        // Asked for by whoever counts, and then kept.
        assert!(COUNT_BODY.len() < 48 * 1024, "the reader of labels is {} bytes", COUNT_BODY.len());
    }
}
