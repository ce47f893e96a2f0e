//! What the tests stand on: a temporary folder to run the binary in, a made-up market, tables that
//! are read back, and programs that may be installed.

pub mod market;
pub mod peer;
pub mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The store of a sandbox.
pub const STORE: &str = ".store";

/// A temporary folder, outside the repository, in which the binary is run.
pub struct Sandbox {
    folder: tempfile::TempDir,
}

/// What a run said and how it ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Paths (with `/`, relative to a folder) and contents.
pub type Tree = BTreeMap<String, Vec<u8>>;

impl Sandbox {
    /// An empty folder.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    /// A folder with `prices.csv` and `events.csv` of the made-up market.
    pub fn with_market() -> Self {
        let sandbox = Self::new();
        sandbox.write("prices.csv", market::made_up().long());
        sandbox.write("events.csv", market::EVENTS);
        sandbox
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, content).expect("a file");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn table(&self, name: &str) -> table::Table {
        table::Table::read(&self.read(name))
    }

    /// Every file below a folder of this one.
    pub fn tree(&self, name: &str) -> Tree {
        tree(&self.path(name))
    }

    /// The binary, to be run here, with nothing of the tests' own environment that it reads: its
    /// store is that of the folder, its configuration empty, and every source a closed door.
    pub fn command(&self) -> Command {
        // A measurement may be of another build of the program than the tests' own.
        let other = std::env::var_os("SHOCKWAVE_BIN");
        let own = || env!("CARGO_BIN_EXE_shockwave").into();
        let mut command = Command::new(other.unwrap_or_else(own));
        command
            .current_dir(self.root())
            .env("SHOCKWAVE_STORE", self.path(STORE))
            .env("XDG_CONFIG_HOME", self.path(".config"))
            .env("SHOCKWAVE_HTTP_RETRY_BASE_MS", "1")
            .env("SHOCKWAVE_HTTP_MIN_INTERVAL_MS", "0")
            .env_remove("SHOCKWAVE_CONFIG")
            .env_remove("SHOCKWAVE_LOG")
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS")
            .stdin(Stdio::null());
        for source in ["YAHOO", "STOOQ"] {
            let closed = "http://127.0.0.1:9";
            command.env(format!("SHOCKWAVE_BASE_URL_{source}"), closed);
        }
        command
    }

    /// Runs the binary with these arguments.
    pub fn run(&self, args: &[&str]) -> Run {
        let output = self.command().args(args).output().expect("the binary runs");
        Run::of(output)
    }

    /// Runs `study` on the made-up market and its benchmark, with more arguments.
    pub fn study(&self, args: &[&str]) -> Run {
        let market = ["study", "--prices", "prices.csv", "--benchmark", "MKT"];
        let events = ["--events", "events.csv"];
        let given = |flag: &str| args.contains(&flag);
        let mut all: Vec<&str> = vec![market[0]];
        all.extend(args);
        if !given("--prices") && !given("--returns-file") {
            all.extend(&market[1..3]);
        }
        if !given("--benchmark") {
            all.extend(&market[3..]);
        }
        if !given("--events") {
            all.extend(events);
        }
        if !given("--out") {
            all.extend(["--out", "out"]);
        }
        self.run(&all)
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("messages are UTF-8");
        Self {
            code: output.status.code().expect("no signal ended the run"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Demands an exit code, and shows what was said where it is another.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output with plain blanks for those that keep a number and its unit together.
    pub fn plain_stdout(&self) -> String {
        plain(&self.stdout)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }
}

/// A text with plain blanks.
pub fn plain(text: &str) -> String {
    text.replace(['\u{A0}', '\u{202F}'], " ")
}

/// Every file below a folder; links are named with their target and not followed.
pub fn tree(folder: &Path) -> Tree {
    let mut files = Tree::new();
    collect(folder, folder, &mut files);
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Tree) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.strip_prefix(root).expect("below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        let kind = path.symlink_metadata().expect("metadata").file_type();
        if kind.is_symlink() {
            let target = std::fs::read_link(&path).expect("a link");
            files.insert(name, target.to_string_lossy().as_bytes().to_vec());
        } else if kind.is_dir() {
            files.insert(format!("{name}/"), Vec::new());
            collect(root, &path, files);
        } else {
            files.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}

/// The files of a tree that differ from those of another, with those that only one has.
pub fn difference(a: &Tree, b: &Tree) -> Vec<String> {
    let names = a
        .keys()
        .chain(b.keys().filter(|name| !a.contains_key(*name)));
    names
        .filter(|name| a.get(*name) != b.get(*name))
        .cloned()
        .collect()
}
