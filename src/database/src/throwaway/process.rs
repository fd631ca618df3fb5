use std::io;
use std::ops::{Deref, DerefMut};
use std::process::{Child, Command};

use super::root;

/// A child that is killed when this value is dropped, and by the guard when this process was.
///
/// The guard knows it by a path below [`directory`](super::directory) in its arguments or its
/// environment: a process id alone may have gone to somebody else.
pub struct Process(Child);

impl Process {
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let guarded = root();
        let child = Self(command.spawn()?);
        guarded.tell(&format!("{} KILL", child.id()));
        Ok(child)
    }
}

impl Deref for Process {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Process {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
