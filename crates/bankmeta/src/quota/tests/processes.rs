//! The file that processes share: other processes are this test program, run again.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};

use super::super::desk::Book;
use super::super::host::HostBook;
use super::super::pace::{Pace, Turn};
use super::super::{Lane, Quota, Refused, now};
use crate::wait::Calls;

const NEVER: u64 = u64::MAX;

/// A directory of this test alone, removed at its end.
pub(super) struct Base(pub(super) PathBuf);

impl Base {
    pub(super) fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bankmeta-quota-{test}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn book(&self) -> HostBook {
        HostBook::open_in(&self.0, "account").unwrap()
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn quota(base: &Path, rate: f64) -> Quota {
    Quota::new(rate, Box::new(HostBook::open_in(base, "account").unwrap()))
}

fn admit(quota: &Quota) -> Result<Duration, Refused> {
    let calls = Calls::default();
    let begun = calls.begin(Instant::now() + Duration::from_secs(30), None, None).unwrap();
    quota.admit(Lane::Interactive, &begun.call)
}

/// Takes the next turn as a process that has just started.
fn take(book: &HostBook, rate: f64) -> Turn {
    let (mut pace, mut turn, now) = (Pace::new(rate), None, now());
    assert_eq!(book.update(&mut pace, now, &mut |pace| turn = Some(pace.take(now, NEVER, true))), Ok(true));
    turn.unwrap()
}

#[test]
fn what_one_takes_another_sees() {
    let base = Base::new("seen");
    let (one, other) = (base.book(), base.book());
    let Turn::Given(first) = take(&one, 0.1) else { panic!("not given") };
    assert_eq!(take(&other, 0.1), Turn::Given(first + 10_000_000_000));
    assert_eq!(take(&one, 0.1), Turn::Given(first + 20_000_000_000));
    let one = quota(&base.0, 48.0);
    let other = quota(&base.0, 48.0);
    one.throttled(Instant::now());
    assert!(other.pace().is_some_and(|pace| pace < 47.0), "refusals are known to all");
}

#[test]
fn the_same_account_is_the_same_quota() {
    let account = |number| format!("test {} {number}", std::process::id());
    let one = Quota::of_host(0.01, &account(1)).unwrap();
    let same = Quota::of_host(0.01, &account(1)).unwrap();
    let other = Quota::of_host(0.01, &account(2)).unwrap();
    let admitted = [&one, &same, &other].map(|quota| {
        let calls = Calls::default();
        let begun = calls.begin(Instant::now() + Duration::from_mins(1), None, None).unwrap();
        quota.admit(Lane::Interactive, &begun.call).is_ok()
    });
    for number in [1, 2] {
        fs::remove_file(HostBook::open(&account(number)).unwrap().path()).unwrap();
    }
    assert_eq!(admitted, [true, false, true]);
}

#[test]
fn the_file_is_this_users_alone() {
    let base = Base::new("modes");
    let path = base.book().path();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(path.file_name().unwrap().len(), 32);
    assert!(!path.to_str().unwrap().contains("account"));
}

#[test]
fn what_others_could_have_laid_there_is_refused() {
    let base = Base::new("foreign");
    let path = base.book().path();
    let directory = path.parent().unwrap();
    let refused = |why: &str| {
        let error = HostBook::open_in(&base.0, "account").err().unwrap();
        assert!(error.contains(why) && error.contains("have it removed"), "{error}");
    };
    fs::set_permissions(&path, fs::Permissions::from_mode(0o620)).unwrap();
    refused("open to other users");
    fs::remove_file(&path).unwrap();
    symlink(base.0.join("elsewhere"), &path).unwrap();
    refused("a link");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    refused("is no file");
    fs::remove_dir(&path).unwrap();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    refused("open to other users");
    fs::rename(directory, base.0.join("elsewhere")).unwrap();
    symlink(base.0.join("elsewhere"), directory).unwrap();
    refused("a link");
    fs::remove_file(directory).unwrap();
    fs::write(directory, "").unwrap();
    refused("is no directory");
}

#[test]
fn garbage_is_begun_anew() {
    let base = Base::new("garbage");
    let book = base.book();
    let whole = {
        take(&book, 0.001);
        fs::read(book.path()).unwrap()
    };
    let waits = |bytes: &[u8]| {
        fs::write(book.path(), bytes).unwrap();
        let waits = !matches!(take(&book, 0.001), Turn::Given(at) if at <= now());
        assert!(matches!(take(&book, 0.001), Turn::Given(at) if at > now()), "a turn taken is kept");
        waits
    };
    assert!(waits(&whole), "the content as it was is believed");
    assert!(!waits(b""));
    assert!(!waits(&[0xff; 48]));
    assert!(!waits(&[0; 48]));
    assert!(!waits(&vec![b'x'; 100_000]));
    for length in 0..whole.len() {
        assert!(!waits(&whole[..length]), "{length} bytes");
    }
    assert!(!waits(&[&whole[..], b"x"].concat()));
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!waits(&changed), "bit {bit}");
    }
}

#[test]
fn times_of_another_boot_are_forgotten() {
    let base = Base::new("boot");
    let book = base.book();
    let (mut pace, now) = (Pace::new(48.0), now());
    let ahead = now + 1_000_000_000_000;
    assert_eq!(book.update(&mut pace, now, &mut |pace| pace.last = Some(ahead)), Ok(true));
    assert!(matches!(take(&book, 48.0), Turn::Given(at) if at < ahead));
    take(&book, 0.001);
    assert!(matches!(take(&book, 0.001), Turn::Given(at) if at > now + 1_000_000_000));
    let mut rebooted = base.book();
    rebooted.boot += 1;
    assert!(matches!(take(&rebooted, 0.001), Turn::Given(at) if at < now + 60_000_000_000));
}

#[test]
fn a_file_that_was_removed_is_made_again() {
    let base = Base::new("removed");
    let (one, other) = (base.book(), base.book());
    take(&one, 0.1);
    fs::remove_dir_all(one.path().parent().unwrap()).unwrap();
    let Turn::Given(first) = take(&one, 0.1) else { panic!("not given") };
    assert_eq!(take(&other, 0.1), Turn::Given(first + 10_000_000_000), "both have the same again");
    let quota = quota(&base.0, 48.0);
    fs::remove_dir_all(&base.0).unwrap();
    assert!(matches!(admit(&quota), Err(Refused::Shared(why)) if why.contains("share the quota")));
}

/// Another process, which a test that fails does not leave behind.
struct Process(Child);

impl Process {
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs one test of this program in another process, up to the line it prints.
fn another_process(test: &str, base: &Path) -> Process {
    let child = Command::new(std::env::current_exe().unwrap())
        .args([&format!("quota::tests::processes::{test}"), "--exact", "--nocapture", "--ignored"])
        .env("BANKMETA_QUOTA_BASE", base)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut process = Process(child);
    let mut lines = BufReader::new(process.0.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("ready")), "{test} did not start");
    process
}

fn base_of_child() -> Option<PathBuf> {
    std::env::var_os("BANKMETA_QUOTA_BASE").map(PathBuf::from)
}

#[test]
#[ignore = "run by other tests in a process of its own"]
fn keep_the_file() {
    let Some(base) = base_of_child() else { return };
    let book = HostBook::open_in(&base, "account").unwrap();
    let file = fs::File::open(book.path()).unwrap();
    flock(&file, FlockOperation::LockExclusive).unwrap();
    println!("ready");
    std::thread::sleep(Duration::from_mins(2));
}

#[test]
#[ignore = "run by other tests in a process of its own"]
fn call_on_and_on() {
    let Some(base) = base_of_child() else { return };
    let quota = quota(&base, 2_000.0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..100_000).for_each(|_| _ = admit(&quota)));
        }
        admit(&quota).unwrap();
        println!("ready");
    });
}

#[test]
fn a_process_stopped_with_the_file_in_its_hand_stops_nobody() {
    let base = Base::new("stopped");
    let quota = quota(&base.0, 200.0);
    let mut process = another_process("keep_the_file", &base.0);
    let pid = Pid::from_child(&process.0);
    kill_process(pid, Signal::STOP).unwrap();
    (0..5).for_each(|_| assert!(admit(&quota).is_ok()));
    quota.throttled(Instant::now());
    assert!(admit(&quota).is_ok());
    process.kill();
    assert!(admit(&quota).is_ok());
    assert!(base.book().update(&mut Pace::new(1.0), now(), &mut |_| ()).unwrap(), "the kernel gave it back");
}

#[test]
fn killed_processes_block_nobody() {
    let base = Base::new("killed");
    let quota = quota(&base.0, 2_000.0);
    for _ in 0..10 {
        let mut process = another_process("call_on_and_on", &base.0);
        (0..20).for_each(|_| assert!(admit(&quota).is_ok()));
        process.kill();
        assert!(admit(&quota).is_ok());
    }
}
