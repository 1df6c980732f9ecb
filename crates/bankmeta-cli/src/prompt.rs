//! Asks on the terminal, without showing what is typed.

use std::io::{self, Stdin, Write as _};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

const CTRL_C: u8 = 3;

/// Asks one question and reads one line, `None` if it is empty.
pub(crate) fn ask(question: &str) -> io::Result<Option<Zeroizing<String>>> {
    let quiet = Quiet::begin()?;
    write!(io::stderr().lock(), "{question}: ")?;
    let line = read_line();
    drop(quiet);
    writeln!(io::stderr().lock())?;

    let line = line?;
    if line.contains(&CTRL_C) {
        // Only now, that the terminal is as it was, end as Ctrl-C always does.
        kill_process(getpid(), Signal::INT)?;
        return Err(io::ErrorKind::Interrupted.into());
    }
    let text = std::str::from_utf8(&line).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let text = text.trim();
    Ok(if text.is_empty() { None } else { Some(Zeroizing::new(text.to_owned())) })
}

/// In its usual mode a terminal hands over one line at a time, so bytes typed
/// ahead for the next question stay with the terminal.
fn read_line() -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(vec![0; 4096]);
    let count = loop {
        match rustix::io::read(io::stdin(), line.as_mut_slice()) {
            Err(rustix::io::Errno::INTR) => {}
            read => break read?,
        }
    };
    line.truncate(count);
    Ok(line)
}

/// The terminal does not echo while this lives.
struct Quiet {
    stdin: Stdin,
    before: Termios,
}

impl Quiet {
    fn begin() -> io::Result<Self> {
        let stdin = io::stdin();
        let before = tcgetattr(&stdin)?;
        let mut quiet = before.clone();
        // Ctrl-C must not end the process while the terminal is mute: it ends the
        // line instead, and `ask` goes on from there.
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG);
        quiet.local_modes.insert(LocalModes::ICANON);
        quiet.input_modes.insert(InputModes::IUTF8);
        quiet.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        tcsetattr(&stdin, OptionalActions::Now, &quiet)?;
        Ok(Self { stdin, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.stdin, OptionalActions::Now, &self.before);
    }
}
