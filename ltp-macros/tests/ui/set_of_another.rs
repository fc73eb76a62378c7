use ltp::{
    Payload,
    codec::{Carried, Carrier},
};

struct Set;

impl<'a> Carrier<'a> for Set {
    type Set = fn(Set);

    fn carry(_: std::borrow::Cow<'a, str>, _: Carried<'a>) -> Self {
        Set
    }

    fn carried(&self) -> Option<(&str, &Carried<'a>)> {
        None
    }
}

#[derive(Payload)]
#[ltp(kind = "log_v1")]
struct Log {
    count: u64,
}

fn main() {
    Set::of(&Log { count: 1 });
}
