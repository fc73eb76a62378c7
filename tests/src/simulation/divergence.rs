//! Contexts that drift apart, and what shows it.

use std::borrow::Cow;

use liminal_protocols::ctp::{Fragment, context_hash};
use ltp_runtime::session::{Entropy, SplitMix64};

use super::Check;

const FRAGMENTS: u64 = 200;
const ORDERS: usize = 50;

/// Two agents that know the same say the same, in whatever order it came to them; one fragment more, less or other shows.
#[must_use]
pub fn check() -> Check {
    let mut entropy = SplitMix64::new(3);
    let known: Vec<Fragment<'static>> = (0..FRAGMENTS).map(fragment).collect();
    let said = context_hash(&known);

    let mut shuffled = known.clone();
    let agree = (0..ORDERS)
        .filter(|_| {
            shuffle(&mut shuffled, &mut entropy);
            context_hash(&shuffled) == said
        })
        .count();

    let mut differ = 0;
    for index in 0..known.len() {
        let mut less = known.clone();
        let mut other = known.clone();
        let lost = less.remove(index);
        other[index].hash = Cow::Owned(format!("{}0", lost.hash));
        differ += usize::from(context_hash(&less) != said) + usize::from(context_hash(&other) != said);
    }

    Check::new(
        "agents that know the same have the same context hash, and a single fragment more or other shows",
        agree == ORDERS && differ == 2 * known.len(),
    )
    .with("orders of arrival that agree", agree)
    .with("divergences that show", differ)
}

fn fragment(number: u64) -> Fragment<'static> {
    // Few namespaces and moments, so that ties have to be decided.
    Fragment::new(
        format!("space-{}", number % 3),
        number / 8,
        format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
    )
}

fn shuffle<T>(items: &mut [T], entropy: &mut SplitMix64) {
    for last in (1..items.len()).rev() {
        items.swap(last, entropy.next_u32() as usize % (last + 1));
    }
}
