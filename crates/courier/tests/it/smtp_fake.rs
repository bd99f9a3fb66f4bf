//! A mail server that says what it is told to say.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Lines for a step, used up one by one; afterwards the step goes well.
type Script = Arc<Mutex<HashMap<String, VecDeque<String>>>>;

#[derive(Clone)]
pub(crate) struct Smtp {
    pub(crate) at: SocketAddr,
    /// Messages as they came, still dot-stuffed.
    pub(crate) mails: Arc<Mutex<Vec<String>>>,
    pub(crate) commands: Arc<Mutex<Vec<String>>>,
    pub(crate) connections: Arc<AtomicUsize>,
    script: Script,
}

impl Smtp {
    /// Steps are `greeting`, the verbs, and `DOT` for the end of the text. `hang` never answers, `drop` closes, `slow` answers
    /// after a second, everything else is sent as it stands.
    pub(crate) async fn start(steps: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script: Script = Arc::default();
        for (step, line) in steps {
            script.lock().unwrap().entry((*step).to_owned()).or_default().push_back((*line).to_owned());
        }
        let at = listener.local_addr().unwrap();
        let smtp = Self { at, mails: Arc::default(), commands: Arc::default(), connections: Arc::default(), script };
        let ours = smtp.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                ours.connections.fetch_add(1, Ordering::SeqCst);
                let ours = ours.clone();
                tokio::spawn(async move { ours.serve(BufReader::new(stream)).await });
            }
        });
        smtp
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.at)
    }

    pub(crate) fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    pub(crate) fn said(&self) -> String {
        self.commands.lock().unwrap().join("\n")
    }

    async fn serve(&self, mut stream: BufReader<TcpStream>) -> Option<()> {
        self.answer(&mut stream, "greeting", "220 fake ESMTP").await?;
        loop {
            let line = read_line(&mut stream).await?;
            self.commands.lock().unwrap().push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    self.answer(&mut stream, "EHLO", "250-fake\r\n250-PIPELINING\r\n250 8BITMIME").await?;
                }
                "DATA" => {
                    self.answer(&mut stream, "DATA", "354 go on").await?;
                    let mut mail = String::new();
                    loop {
                        let line = read_line(&mut stream).await?;
                        if line == "." {
                            break;
                        }
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    self.mails.lock().unwrap().push(mail);
                    self.answer(&mut stream, "DOT", "250 2.0.0 queued as 4XyZ").await?;
                }
                "QUIT" => {
                    self.answer(&mut stream, "QUIT", "221 bye").await?;
                    return None;
                }
                verb => self.answer(&mut stream, verb, "250 fine").await?,
            }
        }
    }

    async fn answer(&self, stream: &mut BufReader<TcpStream>, step: &str, usual: &str) -> Option<()> {
        let told = self.script.lock().unwrap().get_mut(step).and_then(VecDeque::pop_front);
        let line = match told.as_deref() {
            Some("hang") => {
                tokio::time::sleep(Duration::from_secs(20)).await;
                return None;
            }
            Some("drop") => return None,
            Some("slow") => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                usual
            }
            Some(line) => line,
            None => usual,
        };
        stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
        // "421" closes after it was said.
        (!line.starts_with("421")).then_some(())
    }
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let n = stream.read_line(&mut line).await.ok()?;
    let whole = line.strip_suffix("\r\n");
    assert!(n == 0 || whole.is_some(), "a bare line feed on the wire: {line:?}");
    whole.map(str::to_owned)
}
