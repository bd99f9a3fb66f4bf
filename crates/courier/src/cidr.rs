//! A block of addresses, as the administrator lists them under `[egress] allow`.
//!
//! Blocks are compared as numbers, never as text: `127.1`, `0x7f000001` and `127.0.0.1` are one address and a text has no say
//! in it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block such as `10.0.0.0/8` or `fd00::/8`; a bare address is a block of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    base: IpAddr,
    bits: u8,
}

/// Why a text is not a block of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not a block of addresses; write one like 10.0.0.0/8, 192.168.1.7 or fd00::/8")]
pub struct CidrError {
    text: String,
}

impl Cidr {
    /// Whether `ip` lies in the block. A block of one family never holds an address of the other.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.base, ip) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => within4(ip, base, self.bits),
            (IpAddr::V6(base), IpAddr::V6(ip)) => within6(ip, base, self.bits),
            _ => false,
        }
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let wrong = || CidrError { text: text.chars().take(60).collect() };
        let (base, bits) = match text.trim().split_once('/') {
            Some((base, bits)) => (base, Some(bits)),
            None => (text.trim(), None),
        };
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let bits: u8 = match bits {
            None => width,
            // "+8" parses as a number and " 8" nearly does; neither is how a block is written.
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().map_err(|_| wrong())?,
            Some(_) => return Err(wrong()),
        };
        // Mapped addresses are unwrapped before they are compared, so such a block would silently never match.
        let mapped = matches!(base, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
        if bits > width || mapped {
            return Err(wrong());
        }
        Ok(Self { base, bits })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

/// Whether the first `bits` of two IPv4 addresses agree.
pub(crate) fn within4(ip: Ipv4Addr, base: Ipv4Addr, bits: u8) -> bool {
    let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
    (u32::from(ip) ^ u32::from(base)) & mask == 0
}

/// Whether the first `bits` of two IPv6 addresses agree.
pub(crate) fn within6(ip: Ipv6Addr, base: Ipv6Addr, bits: u8) -> bool {
    let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
    (u128::from(ip) ^ u128::from(base)) & mask == 0
}
