//! Koe as a process of its own, to be killed, starved and started again.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use koe::base::clock::Clock;

use super::TestApp;

impl TestApp {
    /// Sets the clock to the machine's, which processes go by: to them, what was uploaded on a
    /// day long past would be old enough to be deleted.
    pub fn join_the_present(&self) {
        let clock = &self.app.clock;
        clock.advance_ms(Clock::system().now_ms() - clock.now_ms());
    }
}

/// A process that does not outlive its test.
pub struct Served(Child);

impl Served {
    /// Starts `koe serve` on the store of `t` and waits until it is ready; its address.
    pub async fn ready(t: &TestApp, mut command: Command) -> (Self, String) {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let base = format!("http://127.0.0.1:{port}");
        command
            .env("KOE_LISTEN", format!("127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(url) = &t.app.config.store.database_url {
            command.env("KOE_DATABASE_URL", &url.0);
        }
        let child = Self(command.spawn().expect("koe starts"));
        let client = reqwest::Client::new();
        for _ in 0..1_000 {
            let ready = client.get(format!("{base}/readyz")).send().await;
            if ready.is_ok_and(|response| response.status() == 200) {
                return (child, base);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("koe is not ready after ten seconds");
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// SIGKILL, whatever it is doing.
    pub fn kill(&mut self) {
        self.0.kill().expect("SIGKILL");
        self.0.wait().expect("an end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail when it was killed already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
