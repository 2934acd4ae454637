//! Worker processes for trials. A worker that dies is an answer, and is replaced at the next trial.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::{Answer, Runner, Sign, Trial};

/// Some worker processes, started when needed; any number of threads may ask.
pub struct Pool {
    program: PathBuf,
    arguments: Vec<String>,
    width: usize,
    timeout: Duration,
    idle: Mutex<Vec<Worker>>,
}

struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    words: Receiver<String>,
}

impl Worker {
    fn start(program: &PathBuf, arguments: &[String]) -> std::io::Result<Worker> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(std::io::Error::other("worker without pipes"));
        };
        Ok(Worker { child, input, answers: lines(output), words: lines(errors) })
    }
    /// The last lines on standard error of a worker that has ended.
    fn last_words(&self) -> Vec<String> {
        const LINES: usize = 20;
        let mut all: Vec<String> = self.words.iter().collect();
        all.split_off(all.len().saturating_sub(LINES))
    }
    fn stop(mut self) -> Option<ExitStatus> {
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

/// Lines as they come.
fn lines(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Pool {
    /// `program` with `arguments` runs [`super::serve`]. A trial without an answer within `timeout` hangs.
    pub fn new(program: PathBuf, arguments: &[&str], width: usize, timeout: Duration) -> Pool {
        let arguments = arguments.iter().map(|a| a.to_string()).collect();
        Pool { program, arguments, width: width.max(1), timeout, idle: Mutex::new(Vec::new()) }
    }

    fn ask(&self, trial: &Trial) -> std::io::Result<Answer> {
        let idle = self.idle.lock().ok().and_then(|mut i| i.pop());
        let mut worker = match idle {
            Some(w) => w,
            None => Worker::start(&self.program, &self.arguments)?,
        };
        let line = serde_json::to_string(trial)? + "\n";
        if let Err(e) = worker.input.write_all(line.as_bytes()).and_then(|_| worker.input.flush()) {
            worker.stop();
            return Err(e);
        }
        match worker.answers.recv_timeout(self.timeout) {
            Ok(line) => {
                let answer = serde_json::from_str(&line)?;
                // of no interest while the worker lives
                worker.words.try_iter().for_each(drop);
                if let Ok(mut idle) = self.idle.lock() {
                    idle.push(worker);
                }
                Ok(answer)
            }
            Err(RecvTimeoutError::Timeout) => {
                worker.stop();
                Ok(Answer::of(Sign::Hung))
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = worker.child.wait()?;
                let last_words = worker.last_words();
                Ok(Answer { last_words, ..Answer::of(Sign::Crashed(describe(status))) })
            }
        }
    }
}

impl Runner for Pool {
    fn run(&self, trial: &Trial) -> Answer {
        // a worker that had died unseen is replaced once
        self.ask(trial).or_else(|_| self.ask(trial)).unwrap_or_else(|_| Answer::of(Sign::Unusable))
    }
    fn width(&self) -> usize {
        self.width
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Ok(mut idle) = self.idle.lock() {
            for w in idle.drain(..) {
                w.stop();
            }
        }
    }
}

/// How a process ended.
pub fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return format!("signal {signal}");
        }
    }
    format!("exit code {}", status.code().unwrap_or(-1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(script: &str, millis: u64) -> Pool {
        Pool::new("/bin/sh".into(), &["-c", script], 1, Duration::from_millis(millis))
    }

    #[test]
    fn a_dead_worker_and_a_silent_one_are_answers() {
        let dies = pool("read x; kill -9 $$", 5000);
        assert_eq!(dies.run(&Trial::default()).sign, Sign::Crashed("signal 9".into()));
        assert_eq!(dies.run(&Trial::default()).sign, Sign::Crashed("signal 9".into()));
        let sleeps = pool("read x; exec sleep 60", 100);
        assert_eq!(sleeps.run(&Trial::default()).sign, Sign::Hung);
        let ends = pool("read x; exit 3", 5000);
        assert_eq!(ends.run(&Trial::default()).sign, Sign::Crashed("exit code 3".into()));
    }
}
