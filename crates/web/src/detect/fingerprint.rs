//! The identity of an alert as Prometheus and Alertmanager compute it: FNV-1a over the labels sorted by name, each name and each
//! value followed by the byte 0xff, which no UTF-8 text contains. Written as sixteen hexadecimal digits.

use model::Labels;

pub(super) fn fingerprint(labels: &Labels) -> Box<str> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, value) in labels.iter() {
        hash = add(add(hash, name.as_bytes()), &[0xff]);
        hash = add(add(hash, value.as_bytes()), &[0xff]);
    }
    hex(hash)
}

fn add(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn hex(hash: u64) -> Box<str> {
    let mut text = String::with_capacity(16);
    for place in (0..16).rev() {
        let digit = (hash >> (place * 4)) as u32 & 15;
        text.extend(char::from_digit(digit, 16));
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As an Alertmanager 0.25 answered for these labels.
    #[test]
    fn same_as_alertmanager() {
        for (pairs, expected) in [
            (&[("alertname", "good")][..], "fff7f30401697f7b"),
            (&[("alertname", "aa")], "eefe2142a686f052"),
            (&[("alertname", "end")], "a811c22350e2b0e1"),
            (&[("instance", "h:1"), ("bidi", "é"), ("alertname", "w")], "37988c051cd416bd"),
        ] {
            let labels = Labels::from_pairs(pairs.iter().copied());
            assert_eq!(&*fingerprint(&labels), expected, "{labels:?}");
        }
        assert_eq!(&*fingerprint(&Labels::default()), "cbf29ce484222325");
    }
}
