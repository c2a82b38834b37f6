//! Whoever stands in for somebody finds on their own day what waits for that person, and a way from the letter to the turn.

use testkit::each;

use super::letters::turn;
use super::town::{Town, capabilities};

#[tokio::test]
async fn who_stands_in_for_somebody_finds_their_letters_and_their_referrals() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let document = town.enter("Anket", "E-1").await;
        town.refer(&document, town.veli, "action").await;
        town.as_mehmet();
        let letter = town.letter(&code, &[]).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let as_ayse = || town.app.sign_in_as("director", &[town.works], Some(town.ayse));
        let (signs, answers) = (
            "Veli Ak yerine vekâleten imzanızı bekleyen yazı",
            "Veli Ak yerine vekâleten bakacağınız havale",
        );
        as_ayse();
        town.app.get("/").await.ok().hides(signs).hides(answers);
        town.app.get(&letter).await.ok().hides("Sıranız");
        town.acting(town.veli, town.ayse).await;
        as_ayse();
        let page = town.app.get("/").await.ok().says(signs).says(answers);
        let folder = format!("/imza-klasoru?staff_id={}&state=to_sign", town.veli);
        let referrals = format!("/havaleler?staff_id={}&state=open", town.veli);
        for (path, title) in [(folder, "Sunucu Bakımı"), (referrals, "Anket")] {
            assert!(page.html().contains(&path.replace('&', "&amp;")), "{path}");
            town.app.get(&path).await.ok().says(title);
        }
        // Nobody is led where nothing opens for them.
        town.app.sign_in_as("staff", &[town.desk], Some(town.ayse));
        town.app.get("/").await.ok().hides(signs).hides(answers);
        // When it is over, the day is one's own again.
        test.advance_seconds(2 * 86_400);
        as_ayse();
        town.app.get("/").await.ok().hides(signs).hides(answers);
    })
    .await;
}

#[tokio::test]
async fn the_letter_leads_whoever_s_turn_it_is_to_their_step() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let letter = town.letter(&code, &[("initialled_by", "Ayşe Kaya")]).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        town.app.get(&letter).await.ok().hides("Sıranız");
        town.as_clerk();
        let initial = turn(&town).await;
        let page = town.app.get(&letter).await.ok().says("Sıranız: parafla ya da iade et");
        assert!(page.html().contains(&format!("href=\"{initial}\"")), "{initial}");
        town.act(&initial, "parafla", "").await.leads_to(&initial);
        town.app.get(&letter).await.ok().hides("Sıranız");
        let sign = turn(&town).await;
        town.as_veli();
        let page = town.app.get(&letter).await.ok().says("Sıranız: imzala ya da iade et");
        assert!(page.html().contains(&format!("href=\"{sign}\"")), "{sign}");
        town.acting(town.veli, town.ayse).await;
        town.app.sign_in_as("director", &[town.works], Some(town.ayse));
        let page = town.app.get(&letter).await.ok().says("Sıranız: imzala ya da iade et");
        assert!(page.html().contains(&format!("href=\"{sign}\"")), "{sign}");
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.app.get(&letter).await.ok().hides("Sıranız");
    })
    .await;
}
