//! What vouchers of devices add to the table of contents.

use axum::extract::Path;
use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use kernel::record::{Kind, Record};
use kernel::{Boxed, Capability, Result};
use uuid::Uuid;
use web::{Allow, Ctx, Extras, Outcome, Routes};

use super::{ISSUE, PATH, VIEW, books, kind, made_out, migration};
use crate::paper::{Paper, print};
use crate::{KEEPERS, entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Demirbaş fişleri", PATH, VIEW)],
        permissions: permissions(),
        migrations: vec![migration()],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        reactions: vec![Reaction { subject_kind: "movable_voucher", verb: "created", run: made_out }],
        books: books(),
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(extras)).get("/demirbas-fisleri/{id}/pdf", Allow::Permission(VIEW), paper)
}

const VERBS: [VerbLabel; 2] = [
    verb("voucher_reversed", "Fişi ters kayıtla düzeltti", true),
    verb("device_voucher_taken", "Demirbaş fişi indirildi", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Demirbaşların giriş ve çıkış fişlerini görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(ISSUE, "Demirbaş fişi keser, yanlış fişi ters kayıtla düzeltir.", KEEPERS),
    ]
}

fn extras<'a>(_ctx: &'a Ctx, kind: &'a Kind, voucher: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let paper = ui::Verb {
            label: "Taşınır işlem fişi (PDF)".into(),
            href: format!("{}/pdf", kind.address(voucher.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { verbs: vec![paper], ..Extras::default() })
    })
}

/// `GET /demirbas-fisleri/{id}/pdf`
async fn paper(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let paper = Paper {
        kind: kind(),
        title_tr: "Taşınır işlem fişi",
        file: "tasinir-islem-fisi",
        facts: &["number", "moved_on", "ground", "unit_id", "party", "document", "total_kurus", "state"],
        signing: &[],
        maker_signs: true,
        event: "device_voucher_taken",
    };
    print(&ctx, id, paper).await
}
