//! Which addresses a request may go to: the rule of the egress guard, without any I/O.
//!
//! A webhook's URL is typed by somebody who may not be the machine's owner, and Candor stands inside the network that person
//! would like to look into. So an address must be public, or listed by the administrator; a cloud's metadata service is never
//! reached, listed or not, because it hands out credentials to whoever asks from this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::cidr::{Cidr, within4, within6};

/// What an address is to the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Reachable by everybody.
    Public,
    /// The administrator listed it.
    Listed,
    /// Private, special or reserved, and not listed.
    Private,
    /// A cloud's metadata service.
    Metadata,
}

/// Judges one address. IPv6 forms that carry an IPv4 address are judged by what they carry, too.
pub fn judge(ip: IpAddr, allow: &[Cidr]) -> Standing {
    let forms = Forms::of(ip);
    let listed = |ip: IpAddr| allow.iter().any(|c| c.contains(ip));
    if is_metadata(ip) || forms.inner().any(is_metadata) {
        Standing::Metadata
    } else if forms.that_count().all(is_public) {
        if forms.that_count().any(listed) { Standing::Listed } else { Standing::Public }
    } else if listed(ip) || forms.that_count().all(|ip| listed(ip) || is_public(ip)) {
        Standing::Listed
    } else {
        Standing::Private
    }
}

/// An address, and the IPv4 addresses that a router between here and there may make of it.
struct Forms {
    outer: IpAddr,
    inside: [Option<Ipv4Addr>; 2],
    /// The outer form is only an envelope: ::ffff:10.0.0.1 is 10.0.0.1 and nothing else.
    envelope: bool,
}

impl Forms {
    fn of(ip: IpAddr) -> Self {
        let IpAddr::V6(v6) = ip else {
            return Self { outer: ip, inside: [None; 2], envelope: false };
        };
        let n = u128::from(v6);
        let low = Ipv4Addr::from(n as u32);
        let is = |prefix: &[u16], bits| within6(v6, prefix6(prefix), bits);
        // `::` and `::1` fall under the first form; they are addresses of their own.
        let compatible = is(&[], 96) && n > 1;
        let mapped = is(&[0, 0, 0, 0, 0, 0xffff], 96);
        let translated = is(&[0, 0, 0, 0, 0xffff], 96);
        let nat64 = is(&[0x64, 0xff9b], 96);
        let (inside, envelope) = if compatible || mapped || translated || nat64 {
            ([Some(low), None], true)
        } else if is(&[0x64, 0xff9b, 1], 48) {
            // NAT64 with a local prefix: the operator chooses whether the address stands at the end or around byte 8 (RFC 6052).
            let around = (((n >> 64) as u32 & 0xffff) << 16) | ((n >> 40) as u32 & 0xffff);
            ([Some(low), Some(around.into())], false)
        } else if is(&[0x2002], 16) {
            ([Some(((n >> 80) as u32).into()), None], true)
        } else if matches!((n >> 32) as u32, 0x0000_5efe | 0x0200_5efe) {
            ([Some(low), None], false) // ISATAP, under any prefix
        } else {
            ([None; 2], false)
        };
        Self { outer: ip, inside, envelope }
    }

    fn inner(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.inside.iter().flatten().copied().map(IpAddr::V4)
    }

    fn that_count(&self) -> impl Iterator<Item = IpAddr> + '_ {
        (!self.envelope).then_some(self.outer).into_iter().chain(self.inner())
    }
}

fn prefix6(groups: &[u16]) -> Ipv6Addr {
    let mut all = [0; 8];
    for (slot, group) in all.iter_mut().zip(groups) {
        *slot = *group;
    }
    all.into()
}

/// Amazon (two container services and the link-local range's host service), Google, Alibaba, Oracle, Azure's host agent.
fn is_metadata(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let hit = |octets: [u8; 4], bits| within4(v4, octets.into(), bits);
            hit([169, 254, 169, 0], 24)
                || hit([169, 254, 170, 0], 24)
                || hit([100, 100, 100, 200], 32)
                || hit([192, 0, 0, 192], 32)
                || hit([168, 63, 129, 16], 32)
        }
        IpAddr::V6(v6) => within6(v6, prefix6(&[0xfd00, 0xec2]), 64) || within6(v6, prefix6(&[0xfd20, 0xce]), 64),
    }
}

/// Blocks of IPv4 that are not the public internet, from IANA's registry of special-purpose addresses.
const SPECIAL_4: [([u8; 4], u8); 17] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !SPECIAL_4.iter().any(|(base, bits)| within4(v4, (*base).into(), *bits)),
        // Only 2000::/3 has ever been given out as global unicast, so the rest need not be listed one by one. Taken out of it:
        // protocol assignments with Teredo and benchmarking, two documentation blocks.
        IpAddr::V6(v6) => {
            let is = |prefix: &[u16], bits| within6(v6, prefix6(prefix), bits);
            is(&[0x2000], 3) && !is(&[0x2001], 23) && !is(&[0x2001, 0xdb8], 32) && !is(&[0x3fff], 20)
        }
    }
}
