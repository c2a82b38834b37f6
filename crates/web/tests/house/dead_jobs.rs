//! Jobs that could not be done: tried again, or given up with a reason, one by one and together.

use std::sync::Arc;

use kernel::db::Sql;
use kernel::job::{Job, JobContext, Services, enqueue, run_one};
use kernel::{Boxed, Capability, Error, Ref, Result};
use serde_json::Value as Json;
use testkit::{TestDb, each};
use uuid::Uuid;

fn fail<'a>(_context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async { Err(Error::internal("disk yok")) })
}

fn capabilities() -> Vec<Capability> {
    let job = |name, label_tr| Job {
        name,
        label_tr,
        every_seconds: None,
        max_attempts: 1,
        limit_seconds: 60,
        run: fail,
    };
    let jobs = vec![job("probe.one", "Birinci iş"), job("probe.two", "İkinci iş")];
    vec![web::house(), Capability { id: "probe", jobs, ..Capability::default() }]
}

/// Four jobs that died, two of each name; one of them has a key.
async fn dead(test: &TestDb) -> Vec<Uuid> {
    for (name, key) in
        [("probe.one", None), ("probe.one", Some("tek")), ("probe.two", None), ("probe.two", None)]
    {
        let tx = test.begin().await;
        tx.without_event("a job of this test");
        enqueue(&tx, name, &Json::Null, key, tx.at()).await.unwrap();
        tx.commit().await.unwrap();
        test.advance_seconds(1);
    }
    let context = JobContext {
        db: test.db.clone(),
        clock: test.clock.clone(),
        registry: test.registry.clone(),
        services: Arc::new(Services::default()),
    };
    while run_one(&context, "deneme").await.unwrap() {}
    test.db.column("SELECT id FROM job WHERE state = 'dead' ORDER BY run_at, id", vec![]).await.unwrap()
}

async fn states(test: &TestDb) -> Vec<String> {
    test.db.column("SELECT state FROM job ORDER BY run_at, id", vec![]).await.unwrap()
}

#[tokio::test]
async fn a_dead_job_is_given_up_with_a_reason_that_stays_in_its_record() {
    each(capabilities(), async |test| {
        let jobs = dead(test).await;
        assert_eq!(jobs.len(), 4);
        let app = test.app(web::house_routes());
        app.sign_in_as("admin", &[], None);
        let one = format!("/yonetim/isler/{}", jobs[0]);
        app.get(&one).await.ok().says("Birinci iş").says("disk yok").says("Yeniden dene").says("Vazgeç");
        let act = format!("{one}/eylem");
        app.post(&act, &[("eylem", "vazgec")]).await.ok().says("Gerekçe");
        app.post(&act, &[("eylem", "vazgec"), ("onayli", "evet")]).await.status(422);
        let fields = [("eylem", "vazgec"), ("onayli", "evet"), ("gerekce", "Disk değişti, gerek kalmadı")];
        app.post(&act, &fields).await.leads_to(&one);
        let page = app.get(&one).await.ok();
        page.says("Vazgeçildi").says("İşten vazgeçildi").says("Disk değişti").hides("Yeniden dene");
        app.post(&act, &[("eylem", "yeniden-dene")]).await.status(409);
        let subject = Ref::new("job", jobs[0]);
        let events = kernel::event::timeline(&test.db, &subject, None, 10).await.unwrap();
        let told: Vec<_> =
            events.iter().map(|event| (event.verb.as_str(), event.subject_title.as_str())).collect();
        assert_eq!(told, [("job_discarded", "Birinci iş"), ("job_died", "Birinci iş")]);
        app.sign_in_as("auditor", &[], None);
        app.get(&one).await.ok().hides("Vazgeç\u{a0}");
        app.post(&format!("/yonetim/isler/{}/eylem", jobs[1]), &fields).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn dead_jobs_are_found_by_name_and_state_and_handled_together() {
    each(capabilities(), async |test| {
        let jobs = dead(test).await;
        let app = test.app(web::house_routes());
        app.sign_in_as("admin", &[], None);
        let rows = async |query: &str| {
            let page = app.get(&format!("/yonetim/isler?{query}")).await.ok().queries_at_most(12);
            page.html().matches("name=\"id\"").count()
        };
        assert_eq!(rows("state=dead").await, 4);
        assert_eq!(rows("name=probe.one").await, 2);
        assert_eq!(rows("name=probe.two&state=queued").await, 0);
        let fields =
            [("eylem", "vazgec"), ("tumu", "evet"), ("onayli", "evet"), ("gerekce", "Eski kayıtlar")];
        app.post("/yonetim/isler/toplu?name=probe.one&state=dead", &fields).await.status(303);
        assert_eq!(states(test).await, ["discarded", "discarded", "dead", "dead"]);
        let ids: Vec<String> = jobs[2..].iter().map(ToString::to_string).collect();
        let fields = [("eylem", "yeniden-dene"), ("id", ids[0].as_str()), ("id", ids[1].as_str())];
        app.post("/yonetim/isler/toplu", &fields).await.status(303);
        assert_eq!(rows("state=queued").await, 2);
        assert_eq!(rows("state=discarded").await, 2);
    })
    .await;
}

#[tokio::test]
async fn work_that_already_waits_is_not_put_into_the_queue_a_second_time() {
    each(capabilities(), async |test| {
        let jobs = dead(test).await;
        let tx = test.begin().await;
        tx.without_event("the next run of this job");
        enqueue(&tx, "probe.one", &Json::Null, Some("tek"), tx.at()).await.unwrap();
        tx.commit().await.unwrap();
        let app = test.app(web::house_routes());
        app.sign_in_as("admin", &[], None);
        let act = format!("/yonetim/isler/{}/eylem", jobs[1]);
        app.post(&act, &[("eylem", "yeniden-dene")]).await.status(409).says("zaten sırada");
        let act = format!("/yonetim/isler/{}/eylem", jobs[0]);
        app.post(&act, &[("eylem", "yeniden-dene")]).await.status(303);
        assert_eq!(states(test).await.iter().filter(|state| *state == "queued").count(), 2);
    })
    .await;
}
