//! Names that may have been meant.

/// Names longer than this are not compared: nobody types them, and comparing takes the product of both lengths.
const LONGEST: usize = 64;

/// The candidate that a name is most likely a misspelling of, if any is near enough: at most a third of its letters are wrong.
pub fn did_you_mean<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > LONGEST {
        return None;
    }
    let bound = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.len().abs_diff(name.len()) <= 4 * bound && candidate.len() <= 2 * LONGEST)
        .filter_map(|candidate| {
            let same_letters = candidate.to_lowercase() == name.to_lowercase();
            let distance = if same_letters {
                0
            } else {
                strsim::damerau_levenshtein(name, candidate)
            };
            (distance <= bound && distance < candidate.chars().count()).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}
