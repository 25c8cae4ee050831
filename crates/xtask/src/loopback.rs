//! The loopback interface: tests talk to servers of their own on it. A network namespace without a network, such as
//! `unshare -n` makes, has it switched off.

use std::net::{TcpListener, TcpStream};

use crate::step::{CHECK, Failure, Outcome, succeeds};

/// Switches the interface `lo` on (SIOCSIFFLAGS with IFF_UP), which root of a namespace may do.
const SWITCH_ON: &str = "import fcntl, socket, struct; \
    fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14x', b'lo', 1))";

/// Makes sure that this machine can talk to itself.
pub(crate) fn ensure() -> Outcome {
    if works() {
        return Ok("works".to_string());
    }
    if succeeds("python3", &["-c", SWITCH_ON]) && works() {
        return Ok("switched on in this network namespace".to_string());
    }
    Err(Failure::new(CHECK, "the tests need the loopback interface: switch it on with `ip link set lo up`"))
}

fn works() -> bool {
    let reach = || TcpStream::connect(TcpListener::bind("127.0.0.1:0")?.local_addr()?);
    reach().is_ok()
}
