//! `hallpass auth login` under way: what it says is read line by line while it waits for somebody.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, Stdio},
};

use crate::support::{Ran, Workspace};

/// A login that is under way.
pub(crate) struct Login {
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

impl Login {
    /// Begins one for an identity, with further arguments.
    pub(crate) fn start(workspace: &Workspace, identity: &str, arguments: &[&str]) -> Self {
        let mut command = workspace.command(&[&["auth", "login", identity], arguments].concat());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stderr, said: String::new() }
    }

    /// The next indented line that it says: an address, or a code to enter.
    pub(crate) fn next(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.stderr.read_line(&mut line).unwrap() > 0, "it ended: {}", self.said);
            self.said.push_str(&line);
            if let Some(found) = line.strip_prefix("  ") {
                return found.trim().to_owned();
            }
        }
    }

    /// Waits for its end; everything that it said.
    pub(crate) fn end(mut self) -> Ran {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        let mut ran = Ran::of(self.child.wait_with_output().unwrap());
        ran.stderr = self.said + &rest;
        ran
    }
}
