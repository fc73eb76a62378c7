//! Values that are carried or passed over as they stand: checked like any other, without a tree and without recursion.

use alloc::borrow::Cow;

use super::{Kind, Reader, Refused, Rule, numbers, strings};

impl<'a> Reader<'a> {
    /// Gives back a name that the caller does not tell from others itself; an object may hold each once.
    #[inline]
    pub fn name(&mut self, name: Cow<'a, str>) {
        self.names.push(name);
    }

    /// An unknown member's value: notes its name, gives the value's text as it stands.
    ///
    /// # Errors
    /// As [`Self::raw`].
    #[inline]
    pub fn unknown(&mut self, name: Cow<'a, str>) -> Result<&'a str, Refused> {
        self.name(name);
        self.raw()
    }

    /// The next value's text as it stands: its grammar, names and limits are checked.
    ///
    /// # Errors
    /// Rules `syntax`, `surrogate`, `depth`, `duplicate`, `string_size`, `list_size` and `members`.
    #[inline]
    pub fn raw(&mut self) -> Result<&'a str, Refused> {
        self.kind()?;
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Looks ahead, without moving, for a member of the object that starts here; its text, if it is a string. Of a name that stands
    /// there twice the first is taken: reading the object refuses it.
    ///
    /// # Errors
    /// Rule `type` if no object starts here; otherwise as [`Self::raw`] for what stands before the member.
    #[inline]
    pub fn find_string(&mut self, wanted: &str) -> Result<Option<Cow<'a, str>>, Refused> {
        let (at, depth, names) = (self.at, self.depth, self.names.len());
        let mut object = self.begin_object()?;
        // Most senders write it first.
        let first = self
            .rest()
            .strip_prefix(b"{\"")
            .and_then(|rest| rest.strip_prefix(wanted.as_bytes()));
        if let Some([b'"', b':', b'"', ..]) = first {
            self.at += wanted.len() + 4;
            let found = self.string();
            (self.at, self.depth) = (at, depth);
            return found.map(Some);
        }
        let mut found = None;
        while let Some(name) = self.next_name(&mut object)? {
            if name == wanted {
                if self.kind()? == Kind::String {
                    found = Some(self.string()?);
                }
                break;
            }
            self.skip()?;
        }
        self.names.truncate(names);
        (self.at, self.depth) = (at, depth);
        Ok(found)
    }

    /// As [`Self::raw`], for an object.
    ///
    /// # Errors
    /// As [`Self::raw`], and rule `type`.
    #[inline]
    pub fn raw_object(&mut self) -> Result<&'a str, Refused> {
        match self.kind()? {
            Kind::Object => self.raw(),
            _ => Err(self.refuse(Rule::Type)),
        }
    }

    /// Passes over the next value; it is checked all the same.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn skip(&mut self) -> Result<(), Refused> {
        let floor = self.passed.len();
        loop {
            match self.kind()? {
                Kind::Object => {
                    let open = self.begin(b'{')?;
                    self.passed.push((open, true));
                }
                Kind::List => {
                    let open = self.begin(b'[')?;
                    self.passed.push((open, false));
                }
                _ => self.scalar()?,
            }
            if !self.next_passed(floor)? {
                return Ok(());
            }
        }
    }

    /// Closes what ends here of the values that are passed over; says whether a value follows.
    fn next_passed(&mut self, floor: usize) -> Result<bool, Refused> {
        while self.passed.len() > floor {
            let Some((mut open, object)) = self.passed.pop() else { break };
            let more = if object {
                match self.next_name(&mut open)? {
                    Some(name) => {
                        self.names.push(name);
                        true
                    }
                    None => false,
                }
            } else {
                self.next_item(&mut open)?
            };
            if more {
                self.passed.push((open, object));
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn scalar(&mut self) -> Result<(), Refused> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at) {
            Some(b'"') => {
                let span = strings::measure(bytes, self.at + 1)?;
                if span.length > self.limits.string {
                    return Err(self.refuse(Rule::StringSize));
                }
                self.at = span.end + 1;
            }
            Some(b'-' | b'0'..=b'9') => self.at = numbers::scan(bytes, self.at)?.end,
            _ if self.word("true") || self.word("false") || self.word("null") => {}
            _ => return Err(self.refuse(Rule::Syntax)),
        }
        Ok(())
    }

    /// Drops the names from `start` on, after seeing that no two are the same.
    #[inline]
    pub(super) fn distinct(&mut self, start: usize) -> Result<(), Refused> {
        if self.names.len() > start {
            let same = self.names.get_mut(start..).is_some_and(twice);
            self.names.truncate(start);
            if same {
                return Err(self.refuse(Rule::Duplicate));
            }
        }
        Ok(())
    }
}

/// Whether two names are the same. Few are compared with each other; many are sorted first, so that no choice of names is dear.
fn twice(names: &mut [Cow<'_, str>]) -> bool {
    const FEW: usize = 8;
    if names.len() <= FEW {
        names
            .iter()
            .enumerate()
            .any(|(index, name)| names.iter().take(index).any(|other| other == name))
    } else {
        names.sort_unstable();
        names.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
    }
}
