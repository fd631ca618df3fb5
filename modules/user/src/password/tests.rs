use super::*;

const CHEAP: HashCost = HashCost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

fn hasher(cost: HashCost, concurrency: usize, queue: usize) -> Hasher {
    Hasher::new(cost, concurrency, queue, Entropy::seeded(1)).expect("the parameters are valid")
}

#[tokio::test]
async fn a_hash_is_argon2id_salted_and_says_its_parameters() {
    let hasher = hasher(HashCost::default(), 2, 2);
    let one = hasher.hash("correct horse".to_owned()).await.unwrap();
    let two = hasher.hash("correct horse".to_owned()).await.unwrap();
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_ne!(one, two);
    let right = hasher.verify("correct horse".to_owned(), Some(one.clone()));
    assert_eq!(right.await.unwrap(), Verdict::Right { rehashed: None });
    let wrong = hasher.verify("correct hors".to_owned(), Some(one));
    assert_eq!(wrong.await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn nobodys_password_is_always_wrong() {
    let hasher = hasher(CHEAP, 2, 2);
    for guess in ["", "correct horse"] {
        let verdict = hasher.verify(guess.to_owned(), None).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong);
    }
}

#[tokio::test]
async fn characters_are_not_cut_and_compared_composed() {
    let hasher = hasher(CHEAP, 2, 2);
    let long = "x".repeat(128);
    let kept = hasher.hash(long.clone()).await.unwrap();
    let cut = hasher.verify(long[..127].to_owned(), Some(kept));
    assert_eq!(cut.await.unwrap(), Verdict::Wrong);

    let (composed, decomposed) = ("caf\u{e9} ma\u{e7}\u{e3}", "cafe\u{301} mac\u{327}a\u{303}");
    for (kept, typed) in [(composed, decomposed), (decomposed, composed)] {
        let kept = hasher.hash(kept.to_owned()).await.unwrap();
        let verdict = hasher.verify(typed.to_owned(), Some(kept));
        assert_eq!(verdict.await.unwrap(), Verdict::Right { rehashed: None });
    }
    let unmarked = hasher.hash("cafe maca".to_owned()).await.unwrap();
    let other = hasher.verify(composed.to_owned(), Some(unmarked));
    assert_eq!(other.await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn an_older_hash_of_what_was_typed_is_made_anew() {
    let hasher = hasher(CHEAP, 2, 2);
    for typed in ["cafe\u{301}cafe\u{301}", "a\u{30a}ngstro\u{308}m"] {
        let kept = hash(&hasher.argon2, typed.as_bytes(), &[7; 16]).unwrap();
        let verdict = hasher.verify(typed.to_owned(), Some(kept)).await.unwrap();
        let Verdict::Right {
            rehashed: Some(new),
        } = verdict
        else {
            panic!("not rehashed: {typed:?}");
        };
        let again = hasher.verify(text::composed(typed), Some(new)).await;
        assert_eq!(again.unwrap(), Verdict::Right { rehashed: None });
    }
}

#[tokio::test]
async fn a_hash_that_was_outgrown_is_made_anew() {
    let old = hasher(CHEAP, 2, 2);
    let kept = old.hash("correct horse".to_owned()).await.unwrap();
    let grown = hasher(
        HashCost {
            memory_kib: 128,
            ..CHEAP
        },
        2,
        2,
    );
    let verdict = grown.verify("correct horse".to_owned(), Some(kept.clone()));
    let Verdict::Right {
        rehashed: Some(new),
    } = verdict.await.unwrap()
    else {
        panic!("not rehashed");
    };
    assert!(new.contains("m=128,"), "{new}");
    let wrong = grown.verify("wrong horse".to_owned(), Some(kept));
    assert_eq!(wrong.await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn more_than_run_and_wait_are_told_to_come_back() {
    let hasher = Arc::new(hasher(CHEAP, 1, 2));
    // The one that runs waits for us; two more wait for it.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let running = {
        let hasher = hasher.clone();
        tokio::spawn(async move { hasher.run(move || wait.recv().is_ok()).await })
    };
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let hasher = hasher.clone();
        waiting.push(tokio::spawn(async move { hasher.run(|| true).await }));
    }
    while hasher.admitted.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(hasher.run(|| true).await, Err(UserError::Busy)));
    go.send(()).unwrap();
    assert!(running.await.unwrap().unwrap());
    for task in waiting {
        assert!(task.await.unwrap().unwrap());
    }
    assert!(hasher.run(|| true).await.unwrap());
}

#[test]
fn impossible_parameters_do_not_start() {
    let cost = HashCost {
        memory_kib: 1,
        ..CHEAP
    };
    let refused = Hasher::new(cost, 1, 1, Entropy::seeded(1));
    assert!(matches!(refused.err(), Some(StartError::HashCost(_))));
}
