//! A small disk that a test can fill: a tmpfs in a mount namespace of its own, held open by a sleeping process. It
//! needs no rights on the machine, and vanishes with that process whatever happens to the test.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

#[derive(Debug)]
pub(crate) struct SmallDisk {
    holder: Child,
    /// The mount as seen from outside its namespace.
    inside: PathBuf,
}

impl SmallDisk {
    pub(crate) fn mount(folder: &Path, size: &str) -> Self {
        std::fs::create_dir_all(folder).expect("a place to mount on");
        let script = r#"mount -t tmpfs -o "size=$1" none "$2" && echo mounted && exec sleep 3600"#;
        let mut holder = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", script, "sh", size])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("unshare: {error}\ninstall it with: apt-get install util-linux"));
        let mut said = String::new();
        let mut output = std::io::BufReader::new(holder.stdout.take().expect("standard output is piped"));
        std::io::BufRead::read_line(&mut output, &mut said).expect("the holder speaks");
        assert_eq!(said.trim(), "mounted", "this kernel allows no mount in a namespace of one's own");
        let inside = PathBuf::from(format!("/proc/{}/root{}", holder.id(), folder.display()));
        Self { holder, inside }
    }

    /// Runs `program` where the disk is mounted. nsenter becomes the program, so its process id is the program's.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        let target = self.holder.id().to_string();
        command.args(["--user", "--mount", "--preserve-credentials", "--target", &target]).arg(program);
        command
    }

    /// Leaves no byte free.
    pub(crate) fn fill(&self) {
        let mut filler = File::create(self.filler()).expect("a file on the small disk");
        let mut block = vec![0_u8; 64 * 1024];
        while !block.is_empty() {
            // Ever smaller pieces, until not even one byte fits.
            if filler.write_all(&block).is_err() {
                block.truncate(block.len() / 2);
            }
        }
    }

    pub(crate) fn free(&self) {
        std::fs::remove_file(self.filler()).expect("the file that filled the disk");
    }

    fn filler(&self) -> PathBuf {
        self.inside.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
