//! A terminal with a person at it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// Long enough for a busy machine; no test passes or fails by it otherwise.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Terminal {
    keyboard: File,
    line: File,
    shown: Receiver<Vec<u8>>,
    pub(crate) screen: String,
    child: Child,
}

impl Terminal {
    /// Runs the command with all three streams at a new terminal.
    pub(crate) fn run(command: &mut Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let line = File::from(open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
        let stdio = || Stdio::from(line.try_clone().unwrap());
        let child = command.stdin(stdio()).stdout(stdio()).stderr(stdio()).spawn().unwrap();

        let keyboard = File::from(master);
        let mut display = keyboard.try_clone().unwrap();
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = display.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { keyboard, line, shown, screen: String::new(), child }
    }

    /// Waits until the screen shows the text.
    pub(crate) fn expect(&mut self, text: &str) {
        while !self.screen.contains(text) {
            let bytes = self.shown.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{:?}", self.screen));
            self.screen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    pub(crate) fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn echoes(&self) -> bool {
        tcgetattr(&self.line).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for the end; then the screen is complete.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let status = self.child.wait().unwrap();
        // What is written to the line now comes after all that the command wrote.
        self.line.write_all(b"[the end]").unwrap();
        self.expect("[the end]");
        status
    }
}
