use crate::TestDb;

/// What a test may have as an argument: it is made in the test's own database before it begins.
pub trait FromTestDb: Sized {
    fn start(db: &TestDb) -> impl Future<Output = Self>;
}

impl FromTestDb for TestDb {
    async fn start(db: &TestDb) -> Self {
        db.clone()
    }
}
