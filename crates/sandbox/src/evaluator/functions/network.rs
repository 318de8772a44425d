//! Functions of IP addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Arguments, Function, function, named, required, variadic};
use crate::value::{Value, ip_from};

const X: &[super::Parameter] = &[required("expression")];

pub(super) const FUNCTIONS: &[Function] = &[
    function("isIp", X, |a| is(a, |_| true)),
    function("isIpV4", X, |a| is(a, |address| address.is_ipv4())),
    function("isIpV6", X, |a| is(a, |address| address.is_ipv6())),
    function("ipIsLoopback", X, |a| is(a, |address| address.is_loopback())),
    function("ipIsLinkLocal", X, |a| is(a, is_link_local)),
    function("ipIsPrivate", X, |a| is(a, is_private)),
    function("ipIsPublic", X, |a| {
        is(a, |address| !is_private(address) && !is_link_local(address) && !address.is_loopback())
    }),
    function("ipIn", &[required("needle"), variadic("haystack")], ip_in),
    function("ipMask", &[required("expression"), required("maskBits"), named("ipv6MaskBits")], |a| {
        let Value::Ip(address) = ip_from(a.get(0)) else { return Value::Null };
        let bits = if address.is_ipv6() { a.long(2).or(a.long(1)) } else { a.long(1) };
        bits.and_then(|bits| u32::try_from(bits).ok())
            .map_or(Value::Null, |bits| Value::Ip(mask(address, bits)))
    }),
];

fn is(arguments: &Arguments<'_>, test: fn(IpAddr) -> bool) -> Value {
    match (arguments.get(0), ip_from(arguments.get(0))) {
        (Value::Null, _) => Value::Null,
        (Value::String(_) | Value::Ip(_), Value::Ip(address)) => test(address).into(),
        _ => Value::Boolean(false),
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn mask(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
        }
    }
}

/// Whether any address is one of the others or lies in one of their networks (`10.0.0.0/8`).
fn ip_in(arguments: &Arguments<'_>) -> Value {
    let needles: Vec<IpAddr> = listed(std::slice::from_ref(arguments.get(0)))
        .filter_map(|value| match ip_from(value) {
            Value::Ip(address) => Some(address),
            _ => None,
        })
        .collect();
    if needles.is_empty() {
        return if arguments.get(0).is_null() { Value::Null } else { Value::Boolean(false) };
    }
    let within = |hay: &Value, needle: IpAddr| match hay {
        Value::String(text) => {
            let (network, bits) = match text.split_once('/') {
                Some((network, bits)) => (network, bits.parse::<u32>().ok()),
                None => (text.as_ref(), Some(128)),
            };
            match (network.parse::<IpAddr>(), bits) {
                (Ok(network), Some(bits)) if network.is_ipv4() == needle.is_ipv4() => {
                    mask(network, bits) == mask(needle, bits)
                }
                _ => false,
            }
        }
        Value::Ip(address) => *address == needle,
        _ => false,
    };
    listed(arguments.rest).any(|hay| needles.iter().any(|needle| within(hay, *needle))).into()
}

fn listed(values: &[Value]) -> impl Iterator<Item = &Value> {
    values.iter().flat_map(|value| value.as_array().unwrap_or(std::slice::from_ref(value)))
}
