//! The demo town's reports: this month's was submitted, this year's is being written.

use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue};
use kernel::{Boxed, Result};

use crate::activity;

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        let kind = activity::kind();
        for (period, assessment) in [
            (
                "this_month",
                "Ek binanın ağı yenilendi. İki arıza yedek parça beklediği için süresinde çözülemedi.",
            ),
            ("this_year", "Yeni masaüstü bilgisayarların dağıtımı sürüyor."),
        ] {
            let mut draft = Draft::default();
            for (name, text) in [
                ("title", ""),
                ("period", period),
                ("presented_to", "Başkanlık Makamına"),
                ("assessment", assessment),
                ("plans", ""),
            ] {
                draft.set(name, FieldValue::Text(text.into()));
            }
            let report = record::create(&tx, &kind, draft).await?;
            if period == "this_month" {
                record::run_verb(&tx, &kind, report, "sun", "").await?;
            }
        }
        tx.commit().await
    })
}
