//! Real programs that the binary has to do with. Where one is not installed, its tests say so and end;
//! where `SHOCKWAVE_REQUIRE_PEERS` is set, as in CI, they fail.

use std::process::Command;

/// Whether a peer is there, by what running it says.
pub fn is_there(name: &str, command: &mut Command) -> bool {
    let there = command.output().is_ok_and(|output| output.status.success());
    let required = std::env::var_os("SHOCKWAVE_REQUIRE_PEERS").is_some();
    assert!(there || !required, "{name} is not installed");
    if !there {
        eprintln!("not tested: {name} is not installed");
    }
    there
}

/// Whether systemd can check units.
pub fn has_systemd() -> bool {
    is_there(
        "systemd-analyze",
        Command::new("systemd-analyze").arg("--version"),
    )
}

/// The Python that has the peers written in it.
pub fn python() -> Command {
    let python = std::env::var_os("SHOCKWAVE_PEER_PYTHON").unwrap_or("python3".into());
    Command::new(python)
}

/// Whether a mail server can be started.
pub fn has_mail_server() -> bool {
    is_there(
        "aiosmtpd (of PyPI)",
        python().args(["-c", "import aiosmtpd"]),
    )
}
