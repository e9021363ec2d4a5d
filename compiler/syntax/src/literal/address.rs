//! Network ranges, as RFC 4632 section 3.1 (IPv4) and RFC 4291 section 2.3
//! (IPv6) write them, and ports, as RFC 6335 section 6 numbers them.

use super::Fault;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network: its first address, and how many bits of it are the network's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    /// The address, whose other bits are zero.
    pub address: IpAddr,
    /// The number of bits.
    pub prefix: u8,
}

const FORM: &str = "A network is written as its address and the number of its bits, as in `10.0.0.0/8`.";

/// Checks a network: `10.0.0.0/8`, `fd00::/8`.
pub fn cidr(text: &str) -> Result<Cidr, Fault> {
    let Some((address, bits)) = text.split_once('/') else {
        return Err(match text.parse::<IpAddr>() {
            Ok(address) => {
                Fault::new(text.len()..text.len(), "a network without the number of its bits", FORM)
                    .offer(format!("{address}/{}", width(address)))
            }
            Err(_) => Fault::new(0..text.len(), format!("`{text}` is no network"), FORM),
        });
    };
    let Ok(parsed) = address.parse::<IpAddr>() else {
        let problem = format!("`{address}` is no address");
        let help = "An address is four numbers up to 255 with dots between them, or an IPv6 address.";
        return Err(Fault::new(0..address.len(), problem, help));
    };
    let width = width(parsed);
    let start = address.len() + 1;
    let plain = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
    let prefix = bits.parse::<u8>().ok().filter(|prefix| plain && *prefix <= width);
    let prefix = prefix.filter(|_| bits.len() == 1 || !bits.starts_with('0'));
    let Some(prefix) = prefix else {
        let problem = format!("`{bits}` is no number of bits");
        return Err(Fault::new(start..text.len(), problem, format!("Write a number from 0 to {width}.")));
    };
    let network = network(parsed, prefix);
    if network == parsed {
        return Ok(Cidr { address: parsed, prefix });
    }
    let offer = format!("{network}/{prefix}");
    let help = format!("The network in which it lies is `{offer}`; a single address has {width} bits.");
    Err(Fault::new(0..address.len(), "an address within a network, not its first", help).offer(offer))
}

fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The first address of the network.
fn network(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

/// Checks a port: `1` to `65535`, in decimal digits.
pub fn port(text: &str) -> Result<u16, Fault> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    match text.parse::<u16>() {
        Ok(port) if digits => Ok(port),
        Ok(_) | Err(_) => Err(Fault::whole(text, "no port", "A port is a number from 1 to 65535.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_networks() {
        for (text, prefix) in
            [("10.0.0.0/8", 8), ("0.0.0.0/0", 0), ("192.168.1.7/32", 32), ("fd00::/8", 8), ("::/0", 0)]
        {
            assert_eq!(cidr(text).map(|cidr| cidr.prefix), Ok(prefix), "{text}");
        }
    }

    #[test]
    fn offers_the_network() {
        let offer = |text| cidr(text).err().and_then(|fault| fault.offer);
        assert_eq!(offer("192.168.1.7/24"), Some("192.168.1.0/24".to_owned()));
        assert_eq!(offer("fd00::1/64"), Some("fd00::/64".to_owned()));
        assert_eq!(offer("10.1.2.3"), Some("10.1.2.3/32".to_owned()));
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text| cidr(text).err().map(|fault| fault.range);
        assert_eq!(range("10.0.0.0/33"), Some(9..11));
        assert_eq!(range("10.0.0.0/08"), Some(9..11));
        assert_eq!(range("10.0.0.0/"), Some(9..9));
        assert_eq!(range("10.0.0/8"), Some(0..6));
        assert_eq!(range("10.0.0.256/8"), Some(0..10));
        assert_eq!(range("x"), Some(0..1));
        assert_eq!(range("10.1.2.3"), Some(8..8));
    }

    #[test]
    fn takes_ports() {
        assert_eq!(port("65535"), Ok(65535));
        for text in ["0", "65536", "080", "+80", "", "http"] {
            assert!(port(text).is_err(), "{text}");
        }
    }
}
