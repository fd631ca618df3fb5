//! Jobs run when they are due, once at a time, and outlive the worker that had them.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use feira_kernel::{
    Env, Runner, Runtime,
    jobs::{Job, Worker},
    leases,
    outbox::{LocalOutbox, Outbox},
};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use time::Duration;
use tokio::sync::{Barrier, Semaphore};

use super::support::{operator, see, start};

const HOUR: Duration = Duration::hours(1);

/// A job that counts its runs and fails those that it is told to.
fn counted(
    name: &'static str,
    fails: impl Fn(u32) -> bool + Send + Sync + 'static,
) -> (Job, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let job = Job::new(name, HOUR, &runs, move |count| {
        let failed = fails(count.fetch_add(1, SeqCst));
        async move { if failed { Err("not today") } else { Ok(()) } }
    });
    (job, runs)
}

async fn worker(env: &Env, jobs: Vec<Job>) -> Worker {
    let worker = Worker::new(env.clone(), "sandbox", jobs);
    worker.register().await.unwrap();
    worker
}

async fn drain(worker: &Worker) -> usize {
    let mut total = 0;
    loop {
        match worker.tick().await.unwrap() {
            0 => return total,
            ran => total += ran,
        }
    }
}

async fn row(owner: &DatabaseConnection, name: &str) -> String {
    see(
        owner,
        &format!(
            "SELECT attempts || ' ' || coalesce(last_error, 'well') FROM sandbox.job WHERE name = '{name}'"
        ),
    )
    .await
}

#[feira_testkit::test("sandbox")]
async fn a_job_runs_once_per_period_of_the_set_clock(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (sweep, swept) = counted("sandbox.sweep", |_| false);
    let (tidy, tidied) = counted("sandbox.tidy", |_| false);
    let jobs = worker(&env, vec![sweep, tidy]).await;
    jobs.register().await.unwrap();
    assert_eq!(drain(&jobs).await, 2, "each is due at once, and once");
    db.clock().advance(HOUR - Duration::milliseconds(1));
    assert_eq!(drain(&jobs).await, 0);
    db.clock().advance(Duration::milliseconds(1));
    assert_eq!(drain(&jobs).await, 2);
    db.clock().advance(HOUR * 10);
    assert_eq!(drain(&jobs).await, 2, "missed periods are not made up");
    assert_eq!((swept.load(SeqCst), tidied.load(SeqCst)), (3, 3));
    assert_eq!(row(&owner, "sandbox.sweep").await, "0 well");
}

#[feira_testkit::test("sandbox")]
async fn a_failing_or_panicking_job_comes_back_sooner_and_later_each_time(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (job, runs) = counted("sandbox.sweep", |run| {
        assert!(run != 1, "a job that panics, as this test wants it");
        run < 3
    });
    let jobs = worker(&env, vec![job]).await;
    for (seconds, error) in [(1, "not today"), (2, "the job panicked"), (4, "not today")] {
        assert_eq!(drain(&jobs).await, 1);
        assert!(row(&owner, "sandbox.sweep").await.ends_with(error));
        db.clock()
            .advance(Duration::seconds(seconds) - Duration::milliseconds(1));
        assert_eq!(drain(&jobs).await, 0, "not before {seconds} s");
        db.clock().advance(Duration::milliseconds(1));
    }
    assert_eq!(drain(&jobs).await, 1);
    assert_eq!(runs.load(SeqCst), 4);
    assert_eq!(row(&owner, "sandbox.sweep").await, "0 well");
    db.clock().advance(HOUR - Duration::milliseconds(1));
    assert_eq!(drain(&jobs).await, 0, "back in its own rhythm");
}

#[feira_testkit::test("sandbox")]
async fn two_workers_run_a_job_once(db: TestDb) {
    let (env, _) = start(&db).await;
    let (job, runs) = counted("sandbox.sweep", |_| false);
    let meet = Arc::new(Barrier::new(8));
    let mut workers = Vec::new();
    for _ in 0..8 {
        let worker = worker(&env, vec![job.clone()]).await;
        let meet = meet.clone();
        workers.push(tokio::spawn(async move {
            meet.wait().await;
            drain(&worker).await
        }));
    }
    let mut total = 0;
    for worker in workers {
        total += worker.await.unwrap();
    }
    assert_eq!((total, runs.load(SeqCst)), (1, 1));
}

#[feira_testkit::test("sandbox")]
async fn a_job_whose_worker_died_is_taken_over_and_a_late_end_changes_nothing(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (meet, door) = (Arc::new(Barrier::new(2)), Arc::new(Semaphore::new(0)));
    let held = (meet.clone(), door.clone());
    let late = Job::new("sandbox.sweep", HOUR, &held, |(meet, door)| async move {
        meet.wait().await;
        door.acquire().await.map(|_| ())
    });
    let late = worker(&env, vec![late]).await;
    let late = tokio::spawn(async move { late.tick().await });
    meet.wait().await;

    let (job, runs) = counted("sandbox.sweep", |run| run == 0);
    let other = worker(&env, vec![job]).await;
    db.clock().advance(HOUR * 2);
    assert_eq!(drain(&other).await, 0, "a lease is not ended by the clock");
    owner
        .execute_unprepared("UPDATE sandbox.job SET lease_until = now() - interval '1 second'")
        .await
        .unwrap();
    assert_eq!(drain(&other).await, 1);
    assert_eq!(row(&owner, "sandbox.sweep").await, "2 not today");
    door.add_permits(1);
    late.await.unwrap().unwrap();
    assert_eq!(
        row(&owner, "sandbox.sweep").await,
        "2 not today",
        "the late worker's success is not believed"
    );
    db.clock().advance(Duration::seconds(2));
    assert_eq!(drain(&other).await, 1);
    assert_eq!(runs.load(SeqCst), 2);
}

#[feira_testkit::test("sandbox")]
async fn the_runner_settles_jobs_of_all_modules(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (job, runs) = counted("sandbox.sweep", |_| false);
    let runtime = Runtime {
        name: "sandbox",
        env,
        subscriptions: Vec::new(),
        jobs: vec![job],
    };
    let runner = Runner::new(&[runtime]);
    runner.register().await.unwrap();
    runner.settle().await.unwrap();
    runner.settle().await.unwrap();
    assert_eq!(runs.load(SeqCst), 1);
    assert_eq!(row(&owner, "outbox.purge").await, "0 well");
}

#[feira_testkit::test("sandbox")]
async fn a_clock_that_goes_back_stops_no_job(db: TestDb) {
    let (env, _) = start(&db).await;
    let (job, runs) = counted("sandbox.sweep", |_| false);
    let jobs = worker(&env, vec![job]).await;
    assert_eq!(drain(&jobs).await, 1);
    for (back, ran) in [
        (Duration::seconds(4), 0),
        (Duration::minutes(59), 1),
        (Duration::hours(2), 1),
        (Duration::days(400), 1),
    ] {
        let before = runs.load(SeqCst);
        db.clock().advance(-back);
        assert_eq!(drain(&jobs).await, ran, "{back} back");
        assert_eq!(runs.load(SeqCst) - before, u32::try_from(ran).unwrap());
        db.clock().advance(back);
        db.clock().advance(HOUR * 2);
        drain(&jobs).await;
    }
}

#[feira_testkit::test("sandbox")]
async fn late_jobs_are_known_once_the_process_had_time_for_them(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (job, _) = counted("sandbox.sweep", |_| false);
    let jobs = worker(&env, vec![job.clone()]).await;
    // A job of another release is nobody's to run.
    let other = "INSERT INTO sandbox.job (id, name, run_at) VALUES (gen_random_uuid(), 'gone', now() - interval '9 years')";
    owner.execute_unprepared(other).await.unwrap();
    drain(&jobs).await;
    db.clock().advance(Duration::days(1));
    let late = async |outbox: &LocalOutbox| outbox.lag(&operator()).await.unwrap().late_jobs;
    let started = LocalOutbox::new(env.clone()).with_jobs(&[job]);
    assert_eq!(late(&started).await, 0, "it has just started");
    db.clock().advance(Duration::minutes(5) - Duration::SECOND);
    assert_eq!(late(&started).await, 0);
    db.clock().advance(Duration::seconds(2));
    assert_eq!(late(&started).await, 1);
    // Leased is not run.
    let lease = "UPDATE sandbox.job SET lease_until = now() + interval '1 minute'";
    owner.execute_unprepared(lease).await.unwrap();
    assert_eq!(late(&started).await, 1);
    assert_eq!(drain(&jobs).await, 0);
    assert_eq!(leases::end_all(&env).await.unwrap(), 2);
    assert_eq!(drain(&jobs).await, 1);
    assert_eq!(late(&started).await, 0);
}
