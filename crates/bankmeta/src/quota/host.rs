//! The book that all processes of a user on this host share: a file of 48 bytes.
//!
//! It is locked with `flock` for the microseconds of one change, and the kernel
//! unlocks it when a process dies. Nobody waits for the lock. Whatever does not read
//! as a book of this boot is begun anew, so no content can stop anyone.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::{
    Access, FileType, FlockOperation, Mode, OFlags, Stat, access, flock, fstat, ftruncate, mkdir, open,
    openat,
};
use rustix::io::{Errno, pread, pwrite};
use rustix::process::geteuid;
use sha2::{Digest as _, Sha256};

use super::desk::Book;
use super::pace::{Pace, Step};
use crate::protocol::acs3::sha256_hex;

/// The content, each number as a little-endian u64: this, the boot, the last turn
/// given (0: none), the last step (0: none), the rate just after it (the bits of an
/// f64), and a check of all before. Another layout gets another magic.
const MAGIC: u64 = u64::from_le_bytes(*b"bmquota1");
const NUMBERS: usize = 6;
const BYTES: usize = NUMBERS * 8;

/// Memory first: no disk is waited for.
const BASES: [&str; 2] = ["/dev/shm", "/tmp"];

/// The open file, opened again when it was removed.
pub(super) struct HostBook {
    directory: PathBuf,
    name: String,
    pub(super) boot: u64,
    file: Mutex<OwnedFd>,
}

impl HostBook {
    pub(super) fn open(account: &str) -> Result<Self, String> {
        let usable = |base: &&str| {
            Path::new(base).is_dir() && access(*base, Access::WRITE_OK | Access::EXEC_OK).is_ok()
        };
        let base = BASES.into_iter().find(usable).ok_or_else(|| {
            format!(
                "quota per host needs a directory to share: neither {} nor {} can be written; \
                 make one writable, or share the quota within the process only",
                BASES[0], BASES[1]
            )
        })?;
        Self::open_in(Path::new(base), account)
    }

    pub(super) fn open_in(base: &Path, account: &str) -> Result<Self, String> {
        let directory = base.join(format!("bankmeta-{}", geteuid().as_raw()));
        let mut name = sha256_hex(account.as_bytes());
        name.truncate(32);
        let file = open_file(&directory, &name)?;
        Ok(Self { directory, name, boot: boot(), file: Mutex::new(file) })
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> PathBuf {
        self.directory.join(&self.name)
    }

    fn failed(&self, doing: &str, error: Errno) -> String {
        wrong(&self.directory.join(&self.name), doing, error)
    }

    /// The pace as the file has it, or as it is when nothing is known.
    fn read(&self, file: &OwnedFd, pace: &mut Pace, now: u64) -> Result<(), Errno> {
        let mut bytes = [0; BYTES + 1];
        let length = pread(file, &mut bytes, 0)?;
        if length > BYTES {
            // It would stay longer than a book whatever is written, and never be believed.
            ftruncate(file, 0)?;
        }
        let known = bytes.get(..length).and_then(|bytes| decode(bytes, self.boot));
        (pace.last, pace.step) = known.unwrap_or_default();
        if pace.is_absurd(now) {
            (pace.last, pace.step) = (None, None);
        }
        Ok(())
    }

    fn change(
        &self,
        file: &OwnedFd,
        pace: &mut Pace,
        now: u64,
        change: &mut dyn FnMut(&mut Pace),
    ) -> Result<(), String> {
        self.read(file, pace, now).map_err(|error| self.failed("read", error))?;
        let before = *pace;
        change(pace);
        if *pace == before {
            return Ok(());
        }
        match pwrite(file, &encode(pace, self.boot), 0) {
            Ok(BYTES) => Ok(()),
            Ok(_) => Err(self.failed("written", Errno::NOSPC)),
            Err(error) => Err(self.failed("written", error)),
        }
    }
}

impl Book for HostBook {
    fn is_shared(&self) -> bool {
        true
    }

    fn update(&self, pace: &mut Pace, now: u64, change: &mut dyn FnMut(&mut Pace)) -> Result<bool, String> {
        let mut file = super::lock(&self.file);
        // Somebody tidied up: processes that start now would share another file.
        if fstat(&*file).is_ok_and(|stat| stat.st_nlink == 0) {
            *file = open_file(&self.directory, &self.name)?;
        }
        match flock(&*file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK | Errno::INTR) => return Ok(false),
            Err(error) => return Err(self.failed("locked", error)),
        }
        let _unlocked = Unlock(&file);
        self.change(&file, pace, now, change).map(|()| true)
    }
}

/// A child forked meanwhile has the lock too, so closing would not be enough.
struct Unlock<'a>(&'a OwnedFd);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        let _ = flock(self.0, FlockOperation::Unlock);
    }
}

type Known = (Option<u64>, Option<Step>);

fn encode(pace: &Pace, boot: u64) -> [u8; BYTES] {
    let (at, rate) = pace.step.map_or((0, 0), |step| (step.at, step.rate.to_bits()));
    let numbers = [MAGIC, boot, pace.last.unwrap_or(0), at, rate];
    let mut bytes = [0; BYTES];
    let with_check = numbers.into_iter().chain([check(numbers)]);
    for (eight, number) in bytes.chunks_exact_mut(8).zip(with_check) {
        eight.copy_from_slice(&number.to_le_bytes());
    }
    bytes
}

fn decode(bytes: &[u8], this_boot: u64) -> Option<Known> {
    let whole: &[u8; BYTES] = bytes.try_into().ok()?;
    let mut numbers = [0; NUMBERS];
    for (number, eight) in numbers.iter_mut().zip(whole.chunks_exact(8)) {
        *number = u64::from_le_bytes(eight.try_into().ok()?);
    }
    let [magic, boot, last, at, rate, stored_check] = numbers;
    if magic != MAGIC || boot != this_boot || stored_check != check([magic, boot, last, at, rate]) {
        return None;
    }
    let step = (at != 0).then(|| Step { at, rate: f64::from_bits(rate) });
    Some(((last != 0).then_some(last), step))
}

/// Tells a half-written or foreign content, no more (the 64-bit FNV-1a, by words).
fn check(numbers: [u64; NUMBERS - 1]) -> u64 {
    numbers.iter().fold(0xcbf2_9ce4_8422_2325, |sum, number| (sum ^ number).wrapping_mul(0x0100_0000_01b3))
}

/// Tells boots apart, since the clock begins anew with each; 0 where it is not told.
fn boot() -> u64 {
    let id = fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digest = Sha256::digest(id);
    digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

/// Opens or makes the file, in a directory that is this user's alone.
fn open_file(directory: &Path, name: &str) -> Result<OwnedFd, String> {
    match mkdir(directory, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => return Err(wrong(directory, "made", error)),
    }
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
    let opened = match open(directory, flags, Mode::empty()) {
        Err(Errno::NOTDIR | Errno::LOOP) => return Err(foreign(directory, "is no directory, or a link")),
        other => other.map_err(|error| wrong(directory, "opened", error))?,
    };
    must_be_own(&opened, directory, FileType::Directory)?;
    let path = directory.join(name);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match openat(&opened, name, flags, Mode::RUSR | Mode::WUSR) {
        Err(Errno::LOOP | Errno::ISDIR) => return Err(foreign(&path, "is no file, or a link")),
        other => other.map_err(|error| wrong(&path, "opened", error))?,
    };
    must_be_own(&file, &path, FileType::RegularFile)?;
    Ok(file)
}

fn must_be_own(opened: &impl AsFd, path: &Path, expected: FileType) -> Result<(), String> {
    let stat: Stat = fstat(opened).map_err(|error| wrong(path, "looked at", error))?;
    if FileType::from_raw_mode(stat.st_mode) != expected {
        Err(foreign(path, "is not of the kind it should be"))
    } else if stat.st_uid != geteuid().as_raw() {
        Err(foreign(path, "belongs to another user"))
    } else if Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXG | Mode::RWXO) {
        Err(foreign(path, "is open to other users"))
    } else {
        Ok(())
    }
}

fn wrong(path: &Path, doing: &str, error: Errno) -> String {
    let error = io::Error::from(error);
    format!(
        "{}, where the processes of this host share the quota, cannot be {doing}: {error}; \
         mend that, or share the quota within the process only",
        path.display()
    )
}

fn foreign(path: &Path, why: &str) -> String {
    format!(
        "{}, where the processes of this host share the quota, {why}; \
         have it removed, it is made anew for this user alone",
        path.display()
    )
}
